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
printf 'diff --git a/src/long b/src/long\nnew file mode 100644\n--- /dev/null\n+++ b/src/long\n@@ -0,0 +1,4001 @@\n'
yes +x | head -n 4001
