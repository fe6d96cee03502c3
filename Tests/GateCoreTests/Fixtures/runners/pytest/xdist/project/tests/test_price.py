import pytest

from shop import price


def test_total():
    assert price.total([1, 2]) == 3


@pytest.mark.parametrize("prices", [[], [1]], ids=["empty", "één :: [1]"])
def test_total_of(prices):
    assert price.total(prices) == sum(prices) + 1


@pytest.mark.parametrize("name", ["ü", "a/b", "x y"])
def test_names(name):
    assert name


class TestMarks:
    @pytest.mark.skip(reason="later")
    def test_skipped(self):
        assert False

    @pytest.mark.xfail(reason="known")
    def test_expected_failure(self):
        assert False

    @pytest.mark.xfail(reason="known")
    def test_unexpected_pass(self):
        pass

    @pytest.mark.xfail(reason="known", strict=True)
    def test_strict(self):
        pass

    def test_skipped_by_the_code_under_test(self):
        assert price.discount(1) == 0


@pytest.fixture
def broken():
    raise RuntimeError("no database")


@pytest.fixture
def breaks_afterwards():
    yield
    raise RuntimeError("cannot clean up")


def test_set_up(broken):
    pass


def test_tear_down(breaks_afterwards):
    pass


def test_both(breaks_afterwards):
    assert 1 == 2, "first"


def test_raises():
    raise KeyError("missing")
