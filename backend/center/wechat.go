package center

import (
	"context"
	"io"
	"net/http"

	"lianxin/backend/fault"
)

// WeChatCallback is where WeChat Pay calls back. It is a page and no operation of the API:
// what crosses here is WeChat's own protocol.
const WeChatCallback = "/payouts/wechat/callback"

// callbackBytes is how large a call is at most.
const callbackBytes = 64 << 10

// called is a driver that is called back.
type called interface {
	Called(ctx context.Context, header http.Header, body []byte) (number string, err error)
}

// answerWeChat takes a call: the payment it is about is asked for at once. What the call says
// of it is not believed, so that one that comes twice, late or again changes nothing.
func (c *Center) answerWeChat(w http.ResponseWriter, r *http.Request) {
	driver, ok := c.config.WeChat.(called)
	if !ok {
		http.NotFound(w, r)
		return
	}
	status := http.StatusNoContent
	if err := c.wokenBy(r.Context(), driver, r.Header, http.MaxBytesReader(w, r.Body, callbackBytes)); err != nil {
		status = http.StatusInternalServerError
		if fault.From(err).Kind == fault.Unauthorized {
			status = http.StatusUnauthorized
		}
		c.complain(r.Context(), "taking a call of WeChat Pay", err)
	}
	w.WriteHeader(status)
}

func (c *Center) wokenBy(ctx context.Context, driver called, header http.Header, from io.Reader) error {
	body, err := io.ReadAll(from)
	if err != nil {
		return fault.Wrap(err, fault.Unauthorized, "payout.callback")
	}
	number, err := driver.Called(ctx, header, body)
	if err != nil {
		return err
	}
	_, err = c.payouts.Wake(ctx, number)
	return err
}
