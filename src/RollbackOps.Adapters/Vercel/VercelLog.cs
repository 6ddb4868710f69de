using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Vercel;

/// <summary>The build's events and the runtime's lines, as they come.</summary>
internal sealed class VercelLog(VercelApi api, TimeProvider clock)
{
    private const int MostRemembered = 10_000;

    // The runtime log is a live stream: what has been written comes at once, the end never.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(3);

    /// <summary>Both logs, the build's first.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LogNotFound"/>: neither holds a line.</exception>
    public async IAsyncEnumerable<DeploymentLogLine> ReadAsync(
        string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = 0L;
        using (var build = await api.OpenBuildLogAsync(id, cancellationToken))
        {
            await foreach (var one in ReadAsync(build, VercelJson.Default.WireEvent, silence: null, isLines: false, cancellationToken))
            {
                if ((one.Text ?? one.Payload?.Text) is { } text)
                {
                    yield return Line(id, "build", ++count, one.Created ?? one.Payload?.Date, text);
                }
            }
        }

        var lines = 0L;
        using var runtime = await TryOpenRuntimeAsync(id, cancellationToken);
        if (runtime is not null)
        {
            await foreach (var one in ReadAsync(runtime, VercelJson.Default.WireLogLine, s_silence, isLines: true, cancellationToken))
            {
                yield return Line(id, "runtime", ++lines, one.TimestampInMs, TextOf(one));
            }
        }

        if (count + lines == 0)
        {
            throw new RollbackOpsException(ErrorId.LogNotFound,
                $"Vercel holds no log of '{id}'.", "Logs are kept for a limited time; a log drain keeps them.", id);
        }
    }

    /// <summary>
    /// The requests that the runtime's log tells of, from now on. It has no request id: lines that agree in moment, method,
    /// address and status are one request.
    /// </summary>
    public async Task<IAsyncEnumerable<ServedRequest>> FollowAsync(string id, CancellationToken cancellationToken) =>
        RequestsOf(await api.OpenRuntimeLogAsync(id, cancellationToken), CancellationToken.None);

    private async IAsyncEnumerable<ServedRequest> RequestsOf(
        HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var opened = response;
        var last = new Queue<object>();
        var known = new HashSet<object>();
        await foreach (var one in ReadAsync(response, VercelJson.Default.WireLogLine, silence: null, isLines: true, cancellationToken))
        {
            // "delimiter" is the platform's own remark, 0 a request that is not answered yet; -1 one that never was.
            if (one is not { Source: not "delimiter", RequestPath: { } path, TimestampInMs: { } at, ResponseStatusCode: { } status and not 0 })
            {
                continue;
            }

            var request = (at, one.RequestMethod, one.Domain, path, status);
            if (!known.Add(request))
            {
                continue;
            }

            last.Enqueue(request);
            if (last.Count > MostRemembered)
            {
                known.Remove(last.Dequeue());
            }

            yield return new ServedRequest(DateTimeOffset.FromUnixTimeMilliseconds(at), status, path);
        }
    }

    private async Task<HttpResponseMessage?> TryOpenRuntimeAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await api.OpenRuntimeLogAsync(id, cancellationToken);
        }
        catch (RollbackOpsException none) when (none.Id is ErrorId.DeploymentNotFound or ErrorId.PlatformLimit
            or ErrorId.PlatformForbidden or ErrorId.StepFailed or ErrorId.TargetNotEligible)
        {
            // A deployment that never ran, or a plan without runtime logs: the build's log is what there is.
            return null;
        }
    }

    /// <summary>One value per line, or a list of values; whatever is neither ends with an error.</summary>
    private async IAsyncEnumerable<T> ReadAsync<T>(
        HttpResponseMessage response,
        JsonTypeInfo<T> type,
        TimeSpan? silence,
        bool isLines,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var isList = response.Content.Headers.ContentType?.MediaType == "application/json" && !isLines;
        var values = isList
            ? JsonSerializer.DeserializeAsyncEnumerable(stream, type, cancellationToken)
            : ReadLinesAsync(stream, type, silence, cancellationToken);
        await using var reading = values.GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(reading, cancellationToken) is { } value)
        {
            yield return value;
        }
    }

    private static async Task<T?> NextAsync<T>(IAsyncEnumerator<T?> reading, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await reading.MoveNextAsync() ? reading.Current : null;
        }
        catch (Exception failure) when (failure is JsonException || ServiceHttp.IsTransport(failure, cancellationToken))
        {
            throw new RollbackOpsException(ErrorId.PlatformUnavailable,
                $"The log breaks off: {failure.Message}", "Run it again.", inner: failure);
        }
    }

    private async IAsyncEnumerable<T?> ReadLinesAsync<T>(
        Stream stream, JsonTypeInfo<T> type, TimeSpan? silence, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var reader = new StreamReader(stream);
        while (await NextLineAsync(reader, silence, cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                yield return JsonSerializer.Deserialize(line, type);
            }
        }
    }

    private async Task<string?> NextLineAsync(StreamReader reader, TimeSpan? silence, CancellationToken cancellationToken)
    {
        if (silence is not { } patience)
        {
            return await reader.ReadLineAsync(cancellationToken);
        }

        using var deadline = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await reader.ReadLineAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static string TextOf(WireLogLine line) => line.RequestPath is null
        ? $"{line.Level}: {line.Message}"
        : string.Create(CultureInfo.InvariantCulture,
            $"{line.Level}: {line.RequestMethod} {line.Domain}{line.RequestPath} {line.ResponseStatusCode}: {line.Message}");

    private static DeploymentLogLine Line(string id, string source, long number, long? at, string text) => new()
    {
        DeploymentId = id,
        Source = source,
        Number = number,
        At = VercelDeployments.Time(at),
        Text = Inert.Line(text.TrimEnd('\r', '\n')),
    };
}
