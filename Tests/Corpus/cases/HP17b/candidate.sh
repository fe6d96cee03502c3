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
for number in $(seq 65); do
    printf 'diff --git a/src/f%s b/src/f%s\nnew file mode 100644\n--- /dev/null\n+++ b/src/f%s\n@@ -0,0 +1 @@\n+x\n' $number $number $number
done
