import Shop
import Testing

@Test func broken() { #expect(noSuchFunction() == 3) }
