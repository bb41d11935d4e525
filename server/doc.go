// Command server runs a city: flags and kakitsubata.toml into a node.Config,
// then node.Run. Its subcommands speak to a server that runs.
//
//	server [flags]
//	server staff add [-data DIR] [-role staff|lead] NAME     reads the password from standard input
//	server staff link [-data DIR] [-role staff|lead] NAME    prints a one-time sign-in link
//	server codes mint [-data DIR] -batch ID -bracket B -count N [-uses N] [-days N] [-label TEXT]
//	server codes revoke [-data DIR] BATCH
//	server envelope new                                      makes the city's key for seal_to; each half to one person
//	server envelope take [-data DIR] -case N -first NAME -second NAME VISITOR
//	server envelope open                                     reads the envelope and both halves from standard input
//	server backup [-data DIR] FILE
package main
