internal import CSandbox

extension Unicode.Scalar {
    /// Columns that it takes on a terminal, as the system's tables say; `nil` where they do not know it.
    package var columns: Int? {
        let count = gk_columns(value)
        return count < 0 ? nil : Int(count)
    }
}
