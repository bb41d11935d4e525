// Command server runs a city: flags and kakitsubata.toml into a node.Config,
// then node.Run. Its subcommands speak to a server that runs.
//
//	server [flags]
//	server staff add [-data DIR] [-role staff|lead] NAME     reads the password from standard input
//	server staff link [-data DIR] [-role staff|lead] NAME    prints a one-time sign-in link
//	server codes mint [-data DIR] -batch ID -bracket B -count N [-uses N] [-days N] [-label TEXT]
//	server codes revoke [-data DIR] BATCH
//	server backup [-data DIR] FILE
package main
