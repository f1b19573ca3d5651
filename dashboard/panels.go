package dashboard

// panelsBody is a page that is made of panels.
type panelsBody struct {
	Choices  []ways
	Sentence string
	Tiles    []tile
}

// ways are the ways to see a page, one of them chosen.
type ways struct {
	Title   string
	Options []option
}

func tilesOf(seen reading, panels []panel) []tile {
	var tiles []tile
	for _, p := range panels {
		tiles = append(tiles, p.tile(seen))
	}
	return tiles
}
