// Command moderate asks the gate's first tier, without a server, by the very
// code that the server runs.
//
//	moderate -utterances IN.jsonl   {"id","text"} to {"id","shown",…}: each line a speaker without a past
//	moderate -shadow DIR -utterances IN.jsonl   what the rules of a folder would change
//	moderate -dialogues IN.jsonl    {"id","turns":[…]} to {"id","raised":[…]}
//	moderate -explain "…"           views, scores and reasons of one text
//	moderate -bench                 what a verdict costs
//	moderate -table                 what the city's table says is done
//
// IN may be - for the standard input. Input that cannot be read: exit status 2
// and one line that says which line and why. Anything else that fails: 1.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"kakitsubata/assets/cities"
	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/trajectory"
)

// candidate is whose rules are tried.
var candidate = flag.String("shadow", "", "with -utterances: a `folder` of lists, a model or a table to compare with those in force")

// city is whose table decides.
var city = flag.String("city", "kariya", "whose table decides: a pack's name, or its `folder`")

func main() {
	utterances := flag.String("utterances", "", "judge the utterances of this `file`")
	dialogues := flag.String("dialogues", "", "follow the dialogues of this `file`")
	explain := flag.String("explain", "", "explain the verdict on this `text`")
	bench := flag.Bool("bench", false, "print what a verdict costs")
	table := flag.Bool("table", false, "print what is done about what is seen")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	err := printTable(out, *table)
	if !*table {
		err = run(out, *utterances, *dialogues, *explain, *bench)
	}
	if ferr := out.Flush(); err == nil {
		err = ferr
	}
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "moderate:", err)
	var bad badInput
	if errors.As(err, &bad) || errors.Is(err, errUsage) {
		os.Exit(2)
	}
	os.Exit(1)
}

var errUsage = errors.New("give one of -utterances (with -shadow DIR or without), -dialogues, -explain, -bench, -table")

func printTable(out io.Writer, asked bool) error {
	t, err := cities.LoadVerdicts(*city)
	if err != nil || !asked {
		return err
	}
	return cities.PrintVerdicts(out, t)
}

func run(out io.Writer, utterances, dialogues, explain string, bench bool) error {
	t, err := cities.LoadVerdicts(*city)
	if err != nil {
		return err
	}
	j, err := classifier.Load(modwords.Lists)
	if err != nil {
		return err
	}
	switch {
	case utterances != "" && *candidate != "":
		return eachFile(utterances, func(in io.Reader) error { return compareAll(j, t, *candidate, in, out) })
	case *candidate != "":
		return errUsage
	case utterances != "":
		return eachFile(utterances, func(in io.Reader) error { return judgeAll(j, t, in, out) })
	case dialogues != "":
		plan, err := trajectory.Load(modwords.Lists)
		if err != nil {
			return err
		}
		return eachFile(dialogues, func(in io.Reader) error { return followAll(j, plan, in, out) })
	case explain != "":
		return explainOne(j, t, explain, out)
	case bench:
		return benchAll(j, out)
	}
	return errUsage
}

func eachFile(name string, do func(io.Reader) error) error {
	if name == "-" {
		return do(os.Stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return badInput{err.Error()}
	}
	defer f.Close()
	return do(f)
}
