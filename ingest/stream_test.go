package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"arrears/config"
)

// told is a source that hands one text over in pieces, and what it says of it.
type told struct {
	text  string
	piece int
	rows  int64
	fault error // instead of the end
}

func (s told) List(context.Context, []Receipt) ([]Extract, error) {
	return []Extract{{Name: "query", Size: -1, Live: true, Mark: func() string { return "7" }, Rows: func() int64 { return s.rows },
		Open: func(context.Context) (io.ReadCloser, error) {
			return &pieces{Reader: strings.NewReader(s.text), size: s.piece, fault: s.fault}, nil
		}}}, nil
}

type pieces struct {
	*strings.Reader
	size  int
	fault error
}

func (p *pieces) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b[:min(len(b), 1+rand.IntN(p.size))])
	if errors.Is(err, io.EOF) && p.fault != nil {
		err = p.fault
	}
	return n, err
}

func (p *pieces) Close() error { return nil }

func landTold(t *testing.T, cfg config.Config, s told) (Report, error) {
	t.Helper()
	return Land(t.Context(), cfg, slog.New(slog.DiscardHandler), Options{Source: func(config.Source) (Source, error) { return s, nil }})
}

var batchName = regexp.MustCompile(`_?batch=[0-9a-f]+ `)

func withoutBatch(rows []string) []string {
	for i := range rows {
		rows[i] = batchName.ReplaceAllString(rows[i], "")
	}
	slices.Sort(rows)
	return rows
}

// What is parsed while it comes becomes the same rows as the same bytes in a file, whatever pieces it comes in. The text is longer
// than a block, so that blocks end within quoted fields.
func TestStreamedTextLandsAsAFileDoes(t *testing.T) {
	var text bytes.Buffer
	text.WriteString(goodHeader)
	rows := int64(0)
	for text.Len() < blockSize+blockSize/4 {
		for i := range 1000 {
			text.WriteString(goodLine(i))
		}
		text.WriteString("X1,\"a \"\"b\"\"\nc\",2024-01-31,2024-01-31,1,EUR\nshort\n")
		rows += 1002
	}
	dir := t.TempDir()
	put(t, dir, "a.csv", text.String())
	whole := stateFor(t, invoiceSource(dir))
	mustLand(t, whole)
	want := withoutBatch(stateRows(t, whole.State))

	for _, piece := range []int{200_000} {
		source := invoiceSource(dir)
		cfg := stateFor(t, source)
		report, err := landTold(t, cfg, told{text: text.String(), piece: piece, rows: rows})
		if err != nil || len(report.Landed) != 1 || report.Landed[0].Mark != "7" || report.Landed[0].Records != rows {
			t.Fatalf("%v %+v", err, report.Landed)
		}
		if got := withoutBatch(stateRows(t, cfg.State)); !slices.Equal(got, want) {
			t.Errorf("pieces of %d: %d rows, want %d", piece, len(got), len(want))
		}
		if again, err := landTold(t, cfg, told{text: text.String(), piece: piece, rows: rows}); err != nil || len(again.Landed) != 0 || again.Known != 1 {
			t.Errorf("the same again: %v %+v", err, again)
		}
		cfg.Sources[0].Maps = []config.Map{{Dataset: "invoices", Canonical: true, Columns: map[string]config.Column{"kind": {Value: ptr("invoice")}}}}
		if report, err := landTold(t, cfg, told{text: goodHeader, piece: 10}); err != nil || len(report.Landed) != 2 {
			t.Errorf("under a new contract: %v %+v", err, report.Landed)
		}
	}
}

func ptr(s string) *string { return &s }

// A row that moves back to what it was is news, though its bytes have been seen.
func TestAnswerThatComesBackLandsAgain(t *testing.T) {
	cfg := stateFor(t, invoiceSource(t.TempDir()))
	a, b := goodHeader+goodLine(1), goodHeader+goodLine(2)
	for i, text := range []string{a, b, a} {
		if report, err := landTold(t, cfg, told{text: text, piece: 10, rows: 1}); err != nil || len(report.Landed) != 1 {
			t.Errorf("answer %d: %v %+v", i, err, report.Landed)
		}
	}
}

func TestStreamThatBreaksLeavesNothing(t *testing.T) {
	gone := errors.New("the line is gone")
	text := goodHeader + strings.Repeat(goodLine(1), 100_000)
	for name, s := range map[string]told{
		"cut":      {text: text, piece: 1 << 20, rows: -1, fault: gone},
		"ended":    {text: text, piece: 1 << 20, rows: -1, fault: io.ErrUnexpectedEOF},
		"at once":  {text: "", piece: 1, rows: -1, fault: gone},
		"too few":  {text: text, piece: 1 << 20, rows: 100_001},
		"too many": {text: text, piece: 1 << 20, rows: 99_999},
	} {
		cfg := stateFor(t, invoiceSource(t.TempDir()))
		report, err := landTold(t, cfg, s)
		if err == nil || s.fault != nil && !errors.Is(err, s.fault) || len(report.Landed) != 0 {
			t.Errorf("%s: %v %+v", name, err, report.Landed)
		}
		for _, dir := range []string{archiveDir, receiptDir, lakeDir + "/invoices", tmpDir} {
			if left, err := filepath.Glob(filepath.Join(cfg.State, dir, "*")); err != nil || len(left) > 0 {
				t.Errorf("%s: %v lies in %s", name, left, dir)
			}
		}
		if report, err := landTold(t, cfg, told{text: text, piece: 1 << 20, rows: 100_000}); err != nil || len(report.Landed) != 1 {
			t.Errorf("%s: and then %v %+v", name, err, report.Landed)
		}
	}
}
