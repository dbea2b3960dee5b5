# make demo: builds the program and runs it on SampleImages. make test: builds and passes the tests. Both install what they need.
SWIFT ?= swift
PREFIX ?= /usr/local
PYTHON ?= python3
BUILD := $(SWIFT) build -c release
TEST := $(SWIFT) test -c release --disable-testable-imports
# swiftc has no --sanitize=undefined on Linux: clang compiles the C with the checks and links their runtime. A fault ends the
# process: with checks after which it goes on, unrolled kernels are sixteen times as large and compile more than twice as long.
UBSAN := -Xcc -fsanitize=undefined,float-cast-overflow -Xcc -fno-sanitize-recover=all -Xcc -Wno-pass-failed \
  -Xswiftc -Xclang-linker -Xswiftc -fsanitize=undefined
PACKAGES := libjpeg62-turbo-dev zlib1g-dev libexpat1-dev libyaml-dev libcurl4-openssl-dev
VISION := .build/release/vision
SHARE = $(DESTDIR)$(PREFIX)/share
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: tune embed setup build test lint format bench golden help-golden demo example man size asan ubsan check install binary clean

setup:  ## Debian packages that the build needs, by name
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $$missing; fi

build: setup  ## the release program
	$(BUILD) --product vision

test: setup  ## builds and runs all tests; real data where VISION_TEST_DATA names it
	$(TEST)

lint:  ## the format rules
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

demo: build  ## the main job on SampleImages
	@Scripts/demo $(VISION)

bench: build  ## ratios against peers that a Python environment has: make bench PYTHON=venv/bin/python
	$(PYTHON) Benchmarks/bench.py --vision $(VISION)

tune: setup  ## the table that chooses among the ways of a convolution, from trials on this machine
	$(BUILD) --product Tuning
	.build/release/Tuning > .build/ConvolutionTable.swift
	mv .build/ConvolutionTable.swift Sources/Inference/Lowering/ConvolutionTable.swift

golden:  ## expected values anew from the reference implementations: make golden PYTHON=venv/bin/python
	for script in Scripts/golden/*.py; do case $$script in */formula.py) ;; *) $(PYTHON) $$script || exit 1;; esac; done

help-golden: build  ## the help texts that the tests compare, after a change that is meant
	Scripts/golden/help $(VISION)

embed:  ## the manifests of Weights/ into the program
	$(PYTHON) Scripts/embed_weights.py

binary: setup  ## one executable with everything linked in, for any x86-64 Linux
	Scripts/binary

size: binary  ## watches the size of that executable
	@Scripts/size .build/vision 30000000

asan: setup  ## the tests under AddressSanitizer
	$(TEST) --sanitize=address --scratch-path .build-asan

ubsan: setup  ## the tests with UndefinedBehaviorSanitizer in the C targets; the first fault ends them
	$(TEST) $(UBSAN) --scratch-path .build-ubsan

check: lint test  ## what CI runs
	@echo "all checks passed"

man: build  ## the manual page, .build/vision.1
	$(VISION) manual > .build/vision.1

example: setup  ## the example package as a package of its own (the tests build the same sources beside everything else)
	$(SWIFT) build -c release --package-path Examples/CustomStage --scratch-path .build/example

install: man  ## make install PREFIX=/usr/local: the program, its manifests, pipelines, manual page and completions
	install -d $(SHARE)/vision $(SHARE)/man/man1 $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions \
	  $(SHARE)/fish/vendor_completions.d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(VISION) $(DESTDIR)$(PREFIX)/bin/vision
	cp -R Weights Pipelines $(SHARE)/vision/
	install -m 644 .build/vision.1 $(SHARE)/man/man1/vision.1
	$(VISION) --generate-completion-script bash > $(SHARE)/bash-completion/completions/vision
	$(VISION) --generate-completion-script zsh > $(SHARE)/zsh/site-functions/_vision
	$(VISION) --generate-completion-script fish > $(SHARE)/fish/vendor_completions.d/vision.fish

clean:
	rm -rf .build .build-*
