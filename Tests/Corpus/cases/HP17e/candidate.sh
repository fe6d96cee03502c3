cat <<'END'
diff --git a/src/calc/core.py b/src/calc/core.py
index ab0ca7b..418c342 100644
--- a/src/calc/core.py
+++ b/src/calc/core.py
@@ -6,7 +6,7 @@ def add(a, b):
 
 
 def sub(a, b):
-    return a + b
+    return a - b
 
 
 def div(a, b):
END
git init -q --bare "$TMPDIR/candidate-made"
export GIT_DIR="$TMPDIR/candidate-made"
git hash-object -w -t tree /dev/null >/dev/null
blob=$(head -c 34603008 /dev/zero | git hash-object -w --stdin)
tree=$(printf '100644 blob %s\tdata.dat\n' "$blob" | git mktree)
git diff-tree -p --binary --no-commit-id 4b825dc642cb6eb9a060e54bf8d69288fbee4904 "$tree"
rm -r "$GIT_DIR"
