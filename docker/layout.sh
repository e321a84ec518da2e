#!/usr/bin/env bash
# Lays out what an image holds: a Java runtime, the jars, the starter. Used by the Dockerfile and by the module's tests.
#
#   docker/layout.sh FOLDER     FOLDER/{jre,lib,bin/sluice}; FOLDER must not exist
#
# Wants JAVA_HOME, a JDK 25, and a build: mvn -B -Pquick package.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
out=${1:?name the folder to make}
target="$here/harness/target"

[ ! -e "$out" ] || { echo "layout: $out is there already" >&2; exit 2; }
compgen -G "$target/sluice-harness-*.jar" >/dev/null || {
  echo "layout: no build in $target; run: mvn -B -Pquick package" >&2
  exit 2
}

mkdir -p "$out/lib" "$out/bin"
cp "$target"/sluice-harness-*.jar "$target"/lib/*.jar "$out/lib/"

# What the jars use, by jdeps and by running them: jdk.unsupported for sun.misc.Unsafe (Netty, DJL), jdk.management for
# the meters of the process, jdk.crypto.ec is in java.base since 22.
"$JAVA_HOME/bin/jlink" --output "$out/jre" --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-6 \
  --add-modules java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml,jdk.management,jdk.unsupported,jdk.zipfs

cp "$here/harness/src/launcher/launch" "$out/bin/launch"
cat >"$out/bin/sluice" <<'EOF'
#!/usr/bin/env bash
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
JAVA_HOME="$home/jre"
jars="$home/lib"
. "$home/bin/launch"
EOF
chmod 755 "$out/bin/sluice"
