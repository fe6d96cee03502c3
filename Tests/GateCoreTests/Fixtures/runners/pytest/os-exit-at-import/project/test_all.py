import product


def test_first():
    assert product
