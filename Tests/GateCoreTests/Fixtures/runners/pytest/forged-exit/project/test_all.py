import product


def test_first():
    assert product.answer() == 42
