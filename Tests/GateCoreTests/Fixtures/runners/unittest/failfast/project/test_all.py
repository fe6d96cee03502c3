import unittest


class TestAll(unittest.TestCase):
    def test_a(self):
        pass

    def test_b(self):
        self.fail("no")

    def test_c(self):
        pass
