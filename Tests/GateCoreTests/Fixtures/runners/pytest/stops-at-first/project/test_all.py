def test_first():
    pass


def test_second():
    assert False


def test_third():
    pass
