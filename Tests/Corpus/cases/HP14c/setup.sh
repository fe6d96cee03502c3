printf 'x\n' >"$(printf 'src/tr\303\244nen.txt')"
