import FoundationEssentials

extension ReportBuilder {
    /// A JSON document of the report folder, with a problem where it is missing or is not of the shape.
    mutating func json<Shape: Decodable>(_ shape: Shape.Type, from name: String, orAdd missing: String) -> Shape? {
        guard let bytes = file(name, orAdd: missing) else { return nil }
        do {
            return try JSONDecoder().decode(shape, from: Data(bytes))
        } catch {
            add(.malformed, "'\(name)' is not a complete report of its runner")
            return nil
        }
    }
}
