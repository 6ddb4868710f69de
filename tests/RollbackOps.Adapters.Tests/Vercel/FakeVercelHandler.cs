using System.Net;
using System.Text;

namespace RollbackOps.Adapters.Tests.Vercel;

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

/// <summary>The fake without a network: requests come in, faults come out. On a virtual clock nothing waits.</summary>
internal sealed class FakeVercelHandler(FakeVercel fake, VirtualClock clock) : HttpMessageHandler
{
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
        var answer = fault is null || fault.HasEffect || fault.Spoil is not (Spoil.None or Spoil.Hang or Spoil.Reset)
            ? await AskAsync(request, cancellationToken)
            : new FakeAnswer(500);
        return fault is null ? Response(answer, request) : await SpoilAsync(fault, answer, request, cancellationToken);
    }

    private async Task<FakeAnswer> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken) => fake.Answer(
        request.Method.Method, request.RequestUri!.PathAndQuery, request.Headers.Authorization?.ToString(),
        request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));

    private async Task<HttpResponseMessage> SpoilAsync(
        Fault fault, FakeAnswer answer, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = answer.Body ?? "";
        switch (fault.Spoil)
        {
            case Spoil.Hang:
                await clock.HangAsync(cancellationToken);
                throw new InvalidOperationException("It hung without end.");
            case Spoil.Reset:
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            case Spoil.Truncate:
                return Response(answer with { Body = body[..(body.Length / 2)] }, request);
            case Spoil.Html:
                return Response(answer with { Body = "<html>login</html>", ContentType = "text/html" }, request);
            case Spoil.UnknownWords:
                return Response(answer with { Body = body.Replace("\"succeeded\"", "\"perplexed\"", StringComparison.Ordinal).Replace("\"READY\"", "\"SERENE\"", StringComparison.Ordinal) }, request);
            case Spoil.ExtraFields:
                return Response(answer with { Body = body.StartsWith('{') ? "{\"novelty\":{\"a\":[1,2]}," + body[1..] : body }, request);
            case Spoil.Huge:
                return Response(answer with { Body = body + new string(' ', 10 * 1024 * 1024) }, request);
            case Spoil.Drip or Spoil.ResetInBody:
                var dripping = Response(answer, request);
                dripping.Content = new StreamContent(new DrippingStream(clock, fault.Spoil == Spoil.ResetInBody));
                dripping.Content.Headers.TryAddWithoutValidation("Content-Type", answer.ContentType);
                return dripping;
            default:
                var failure = Response(FakeVercel.Error(fault.Status!.Value, "trouble", $"It went wrong, said {FakeVercel.Token}\u001b[2J"), request);
                if (fault.RetryAfter is not null)
                {
                    failure.Headers.TryAddWithoutValidation("Retry-After", fault.RetryAfter);
                }

                return failure;
        }
    }

    private HttpResponseMessage Response(FakeAnswer answer, HttpRequestMessage request)
    {
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(answer.Body ?? "")),
        };
        response.Headers.Date = clock.Now;
        if (answer.Body is not null)
        {
            response.Content.Headers.TryAddWithoutValidation("Content-Type", answer.ContentType);
        }

        return response;
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
