import lib


def test_one():
    assert lib.one() == 1
