printf '*.bin filter=lfs -text\n' >.gitattributes
echo data >a.bin
git add -A
git commit -q -m x
git clone -q . ../other
git -C ../other config filter.lfs.required true
git -C ../other config filter.lfs.clean no-such-program
git -C ../other config filter.lfs.smudge no-such-program
echo more >>../other/a.bin
