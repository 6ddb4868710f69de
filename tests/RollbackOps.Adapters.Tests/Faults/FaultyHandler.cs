using System.Text;
using RollbackOps.Adapters.Tests.Vercel;

namespace RollbackOps.Adapters.Tests.Faults;

/// <summary>What goes wrong with one call.</summary>
/// <param name="Name">Its name in the matrix.</param>
/// <param name="Status">The status that comes instead, or null.</param>
/// <param name="HasEffect">Whether the request is carried out first.</param>
/// <param name="Spoil">What becomes of the answer.</param>
/// <param name="RetryAfter">What the answer says of another try, or null.</param>
internal sealed record Fault(string Name, int? Status = null, bool HasEffect = false, Spoil Spoil = Spoil.None, string? RetryAfter = null)
{
    public override string ToString() => Name;
}

/// <summary>How an answer is spoiled.</summary>
internal enum Spoil
{
    None,
    Hang,
    Reset,
    Truncate,
    Html,
    UnknownWords,
    ExtraFields,
    Huge,
    Drip,
    ResetInBody,
}

/// <summary>A fake without a network: requests come in, faults come out. On a virtual clock nothing waits.</summary>
/// <param name="clock">The clock.</param>
/// <param name="answer">What the fake answers.</param>
/// <param name="error">What it answers when it fails with a status.</param>
/// <param name="words">Words of its answers, each with one that nobody knows.</param>
internal sealed class FaultyHandler(
    VirtualClock clock,
    Func<HttpRequestMessage, string, HttpResponseMessage> answer,
    Func<int, HttpResponseMessage> error,
    IReadOnlyDictionary<string, string> words) : HttpMessageHandler
{
    private static readonly byte[] s_huge = [.. Enumerable.Repeat((byte)' ', 10 * 1024 * 1024)];

    private string? _lasting;

    /// <summary>Every call so far.</summary>
    public List<string> Calls { get; } = [];

    public List<HttpRequestMessage> Requests { get; } = [];

    /// <summary>What goes wrong, or null.</summary>
    public Fault? Fault { get; set; }

    /// <summary>The call at which it goes wrong, from 0.</summary>
    public int FaultAt { get; set; } = -1;

    /// <summary>Whether every later call of the same kind goes wrong too.</summary>
    public bool IsLasting { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var title = $"{request.Method} {request.RequestUri!.AbsolutePath}";
        var number = Calls.Count;
        Calls.Add(title);
        Requests.Add(request);
        // What the network takes.
        clock.Pass(TimeSpan.FromMilliseconds(5));
        if (number == FaultAt && IsLasting)
        {
            _lasting = title;
        }

        var fault = number == FaultAt || title == _lasting ? Fault : null;
        var isCarriedOut = fault is null || fault.HasEffect || fault.Spoil is not (Spoil.None or Spoil.Hang or Spoil.Reset);
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var given = isCarriedOut ? answer(request, body) : error(500);
        given = fault is null ? given : await SpoilAsync(fault, given, cancellationToken);
        given.RequestMessage = request;
        given.Headers.Date = clock.Now;
        return given;
    }

    private async Task<HttpResponseMessage> SpoilAsync(
        Fault fault, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        switch (fault.Spoil)
        {
            case Spoil.Hang:
                await clock.HangAsync(cancellationToken);
                throw new InvalidOperationException("It hung without end.");
            case Spoil.Reset:
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            case Spoil.Truncate:
                return With(response, body[..(body.Length / 2)]);
            case Spoil.Html:
                return With(response, "<html>login</html>", "text/html");
            case Spoil.UnknownWords:
                return With(response, words.Aggregate(body, (text, word) => text.Replace($"\"{word.Key}\"", $"\"{word.Value}\"", StringComparison.Ordinal)));
            case Spoil.ExtraFields:
                return With(response, body.StartsWith('{') ? "{\"novelty\":{\"a\":[1,2]}," + body[1..] : body);
            case Spoil.Huge:
                // Half of them say how long it is.
                response.Content = Calls.Count % 2 == 0 ? new ByteArrayContent(s_huge) : new StreamContent(new UnseekableStream(s_huge));
                response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
                return response;
            case Spoil.Drip or Spoil.ResetInBody:
                var type = response.Content.Headers.ContentType;
                response.Content = new StreamContent(new DrippingStream(clock, fault.Spoil == Spoil.ResetInBody));
                response.Content.Headers.ContentType = type;
                return response;
            default:
                var failure = error(fault.Status!.Value);
                if (fault.RetryAfter is not null)
                {
                    failure.Headers.TryAddWithoutValidation("Retry-After", fault.RetryAfter);
                }

                return failure;
        }
    }

    private static HttpResponseMessage With(HttpResponseMessage response, string body, string? type = null)
    {
        var given = response.Content.Headers.ContentType?.ToString();
        response.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        response.Content.Headers.TryAddWithoutValidation("Content-Type", type ?? given);
        return response;
    }

    /// <summary>Its length is not known beforehand.</summary>
    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanSeek => false;
    }

    /// <summary>A byte every half second, without end; or cut off after a few.</summary>
    private sealed class DrippingStream(VirtualClock clock, bool resets) : Stream
    {
        private int _given;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (resets && ++_given > 3)
            {
                throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            }

            clock.Pass(TimeSpan.FromMilliseconds(500));
            buffer.Span[0] = (byte)' ';
            return new ValueTask<int>(1);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
