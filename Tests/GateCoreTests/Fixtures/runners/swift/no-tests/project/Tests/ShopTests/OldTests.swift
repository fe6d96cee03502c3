import Shop
import XCTest

final class OldTests: XCTestCase {
    func testTotal() { XCTAssertEqual(total([1, 2]), 3) }
    func testEmpty() { XCTAssertEqual(total([]), 1) }
    func testSkipped() throws { throw XCTSkip("later") }
    func testThrows() throws { throw CancellationError() }
}

final class BrokenTests: XCTestCase {
    override func setUpWithError() throws { throw CancellationError() }
    func testNever() {}
}
