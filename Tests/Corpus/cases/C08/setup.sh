cat >tests/test_more.py <<'END'
import pytest

import calc


@pytest.mark.parametrize("pair", [(1, 2), (2, 3)], ids=["klein", "größer/[x]"])
def test_sum(pair):
    assert calc.add(*pair) == sum(pair)


@pytest.mark.xfail
def test_known():
    assert calc.add(1, 1) == 3


@pytest.mark.skip(reason="not here")
def test_elsewhere():
    assert False
END
