import unittest

import product


class TestHalf(unittest.TestCase):
    def test_even(self):
        self.assertEqual(product.half(4), 2)

    def test_odd(self):
        self.assertEqual(product.half(3), 1.5)

    def test_text(self):
        product.half("x")

    @unittest.skip("later")
    def test_skipped(self):
        self.fail()

    @unittest.expectedFailure
    def test_expected_failure(self):
        self.fail()

    @unittest.expectedFailure
    def test_unexpected_success(self):
        pass

    def test_skipped_by_the_code_under_test(self):
        self.assertEqual(product.skips(), 1)

    def test_parts(self):
        for number in range(4):
            with self.subTest(number=number):
                self.assertEqual(product.half(number) * 2, number)

    def test_good_parts(self):
        for number in (2, 4):
            with self.subTest(number=number):
                self.assertEqual(product.half(number) * 2, number)


class TestTearDown(unittest.TestCase):
    def tearDown(self):
        raise RuntimeError("cannot clean up")

    def test_one(self):
        pass


class TestSetUpClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("no database")

    def test_one(self):
        pass

    def test_two(self):
        pass


class TestSkippedClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest("no database")

    def test_one(self):
        pass


class TestTearDownClass(unittest.TestCase):
    @classmethod
    def tearDownClass(cls):
        raise RuntimeError("cannot clean up")

    def test_one(self):
        pass
