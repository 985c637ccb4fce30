#!/bin/sh
# Builds static/build/<hash>/ and static/build/manifest.json from npm packages and our own sources.
# Run from the project's root with npm on PATH. The folder carries the hash of everything in it, so its files
# may be cached for ever and still refer to each other by relative addresses.
set -eu

npm ci --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error

new=static/build/.new
rm -rf "$new"
mkdir -p "$new/files"

node node_modules/sass/sass.js --load-path=node_modules --style=compressed --no-source-map --quiet-deps \
    static/css/app.scss "$new/app.css"

for subset in latin latin-ext vietnamese cyrillic; do
    for weight in 400 600; do
        cp "node_modules/@fontsource/noto-sans/files/noto-sans-$subset-$weight-normal.woff2" "$new/files/"
    done
done

sed 's|//# sourceMappingURL=.*$||' node_modules/htmx.org/dist/htmx.min.js > "$new/htmx.js"
sed 's|//# sourceMappingURL=.*$||' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > "$new/govuk.js"
cp static/js/*.js static/img/* "$new/"

hash=$(cd "$new" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-12)
rm -rf "static/build/$hash"
mv "$new" "static/build/$hash"
printf '{"version": "%s"}\n' "$hash" > static/build/manifest.json.new
mv static/build/manifest.json.new static/build/manifest.json

# What official documents are set in, a metric twin of Times New Roman: read by the product, asked for by no page.
fonts=static/build/fonts
mkdir -p "$fonts"
for face in 400Regular 400Regular_Italic 700Bold 700Bold_Italic; do
    cp "node_modules/@expo-google-fonts/tinos/$face/Tinos_$face.ttf" "$fonts/.new"
    mv "$fonts/.new" "$fonts/Tinos_$face.ttf"
done

# Earlier builds go last, so that there is never a moment without one.
for old in static/build/*/; do
    [ "$old" = "static/build/$hash/" ] || [ "$old" = "$fonts/" ] || rm -rf "$old"
done
echo "static/build/$hash"
