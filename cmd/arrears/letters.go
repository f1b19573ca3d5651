package main

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	words "arrears/disputes/letter"
	"arrears/warehouse"
)

func newLetters() *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use:   "letters",
		Short: "What customers are written about disputes: every kind of letter with its placeholders",
		Long: `Letters lists the kinds of letters and which placeholders their texts may use; those with * must be there. Preview shows how one
reads, in the company's own text where it has one.`,
		Example: `  arrears letters -c arrears.yaml
  arrears letters preview statement --language de -c arrears.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			texts, err := d.letters()
			if err != nil {
				return err
			}
			t := warehouse.Table{Columns: []warehouse.Column{{Name: "letter"}, {Name: "placeholders"}, {Name: "languages"}}}
			for _, k := range words.Kinds {
				t.Rows = append(t.Rows, []any{string(k), placeholders(k), strings.Join(texts.Languages(), " ")})
			}
			return out.write(c.OutOrStdout(), t)
		},
	}
	where.flags(c)
	out.flags(c)
	c.AddCommand(newLettersPreview())
	return c
}

func placeholders(k words.Kind) string {
	named := words.Placeholders(k)
	var all []string
	for _, name := range slices.Sorted(maps.Keys(named)) {
		star := ""
		if named[name] {
			star = "*"
		}
		all = append(all, "{"+name+"}"+star)
	}
	return strings.Join(all, " ")
}

func newLettersPreview() *cobra.Command {
	var where company
	var language, tone string
	c := &cobra.Command{
		Use:   "preview LETTER",
		Short: "How a letter reads, with made-up facts",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(words.Kinds, words.Kind(args[0])) {
				return usageError{fmt.Errorf("%s takes one of %v", c.CommandPath(), words.Kinds)}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			texts, err := d.letters()
			if err != nil {
				return err
			}
			text, err := texts.Preview(words.Kind(args[0]), language, tone)
			if err != nil {
				return usageError{err}
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s\n\n%s", text.Subject, text.Body)
			return err
		},
	}
	where.flags(c)
	c.Flags().StringVar(&language, "language", "", "`LANGUAGE` of the reader, as in de (default: the configuration's)")
	c.Flags().StringVar(&tone, "tone", "", "`TONE`: a set of letters of the company's own (default: the usual one)")
	return c
}
