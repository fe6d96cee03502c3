#!/usr/bin/perl
use Test::More tests => 5;
ok(1, 'passes');
ok(0, 'fails');
SKIP: { skip 'later', 1; }
TODO: { local $TODO = 'known'; ok(0, 'is to be done'); }
subtest 'parts' => sub { plan tests => 1; ok(1, 'inner'); };
