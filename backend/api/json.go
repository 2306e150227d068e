package api

import (
	"io"

	"github.com/danielgtaylor/huma/v2"
)

// ready is an answer whose JSON was written before.
type ready interface{ Text() []byte }

// asJSON is huma's JSON, but sends what is ready as it is.
var asJSON = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		if text, ok := v.(ready); ok {
			_, err := w.Write(text.Text())
			return err
		}
		return huma.DefaultJSONFormat.Marshal(w, v)
	},
	Unmarshal: huma.DefaultJSONFormat.Unmarshal,
}
