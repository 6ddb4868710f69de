using System.Management.Automation;
using RollbackOps;
using RollbackOps.Signals;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>What -Source names: configured sources, opened, and script blocks.</summary>
internal sealed class OpenSources : IAsyncDisposable
{
    private readonly IReadOnlyList<ScriptBlock> _scripts;

    /// <param name="given">Names and script blocks.</param>
    /// <param name="context">What the names stand for.</param>
    /// <param name="isWatched">Whether there will be more than one look.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public OpenSources(IEnumerable<object> given, RollbackContext context, bool isWatched)
    {
        (var named, _scripts) = Read(given);
        foreach (var source in named.Where(source => MeasurementSources.IsLive(source) && !isWatched))
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                $"{source} knows nothing of before it was opened, so one look sees nothing.",
                $"Keep looking: Test-RollbackNeeded -Source {source} -Watch.", source);
        }

        Configured = [.. named.Select(source => MeasurementSources.Open(source, context))];
    }

    public IReadOnlyList<IMeasurementSource> Configured { get; }

    public bool HasScripts => _scripts.Count > 0;

    /// <summary>Tells names and script blocks apart.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static (IReadOnlyList<SignalSource> Named, IReadOnlyList<ScriptBlock> Scripts) Read(IEnumerable<object> given)
    {
        var (named, scripts) = (new List<SignalSource>(), new List<ScriptBlock>());
        foreach (var one in given.Select(PSObject.AsPSObject))
        {
            if (one.BaseObject is ScriptBlock script)
            {
                scripts.Add(script);
                continue;
            }

            named.Add(one.BaseObject is SignalSource source ? source
                : one.BaseObject is string text && Enum.TryParse(text, ignoreCase: true, out SignalSource read) && !char.IsDigit(text[0]) ? read
                : throw ErrorRecords.UnusableInput(one, $"a script block or one of {string.Join(", ", Enum.GetNames<SignalSource>())} for -Source"));
        }

        return (named, scripts);
    }

    /// <summary>What the script blocks measure now. On the pipeline thread.</summary>
    public List<Measurement> RunScripts() => Run(_scripts);

    /// <inheritdoc cref="RunScripts"/>
    public static List<Measurement> Run(IEnumerable<ScriptBlock> scripts) =>
    [
        .. scripts.SelectMany(script => script.Invoke()).Where(given => given is not null)
            .Select(given => given.BaseObject as Measurement ?? throw ErrorRecords.UnusableInput(given, "a Measurement from -Source")),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var source in Configured)
        {
            await source.DisposeAsync();
        }
    }
}
