#[test]
fn broken() {
    no_such_function();
}
