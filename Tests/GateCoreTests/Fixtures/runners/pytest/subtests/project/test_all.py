import unittest


def test_parts(subtests):
    for number in range(3):
        with subtests.test(number=number):
            assert number != 1


class TestCase(unittest.TestCase):
    def test_parts(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 2)

    def test_good(self):
        with self.subTest("only"):
            pass
