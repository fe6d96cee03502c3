import Shop
import Testing
import XCTest

final class OldTests: XCTestCase {
    func testFirst() {}
    func testTotal() { XCTAssertEqual(total([1, 2]), 3) }
    func testZebra() { XCTFail("never reached") }
}

@Test func newTest() { #expect(Shop.total([1, 2]) == 3) }
