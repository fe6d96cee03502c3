#!/usr/bin/perl
use Test::More;
ok(1, 'passes');
done_testing();
