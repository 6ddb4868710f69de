using System.Text.Json;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Vercel;

/// <summary>Reads Vercel's deployments as the product's.</summary>
internal sealed class VercelDeployments
{
    private readonly string _project;
    private readonly string _environment;

    public VercelDeployments(string project, string environment)
    {
        _project = project;
        _environment = environment;
    }

    /// <summary>Reads one.</summary>
    /// <param name="wire">What the API gave.</param>
    public Deployment Read(WireDeployment wire)
    {
        var id = wire.Uid ?? wire.Id ?? throw new RollbackOpsException(ErrorId.DeploymentUnreadable,
            "Vercel gave a deployment without an id.", "Try again.", _project);
        var state = StateOf(wire.ReadyState ?? wire.State);
        return new Deployment
        {
            Id = Inert.Line(id),
            Project = _project,
            Environment = _environment,
            Platform = VercelPlatform.PlatformName,
            State = state,
            CreatedAt = Time(wire.CreatedAt ?? wire.Created) ?? DateTimeOffset.UnixEpoch,
            Commit = wire.Meta?.CommitSha?.ToLowerInvariant(),
            Subject = wire.Meta?.CommitMessage is { } message ? Inert.Line(FirstLine(message)) : null,
            Author = Line(wire.Meta?.CommitAuthorName ?? wire.Meta?.CommitAuthorLogin
                ?? wire.Creator?.Username ?? wire.Creator?.Email),
            Branch = Line(wire.Meta?.CommitRef),
            Schema = SchemaRange.Of(wire.Meta?.SchemaMin, wire.Meta?.SchemaMax),
            Error = Line(wire.ErrorMessage ?? wire.ErrorCode),
            Address = AddressOf(wire.Url),
            // S4: Vercel would build it anew instead of switching to it.
            Ineligibility = (wire.Target ?? "preview") is var built && built != _environment
                ? $"it was built for {Inert.Line(built)}; promoting it would build it anew"
                : null,
            Unswitchable = wire.IsRollbackCandidate == false && state == DeploymentState.Ready
                ? "it is not offered for a rollback (on Hobby only the deployment immediately before is)"
                : null,
        };
    }

    /// <summary>When production's names first led to a deployment, or null when they never did.</summary>
    public static DateTimeOffset? WentLiveAt(WireDeployment wire) => wire switch
    {
        { ReadySubstate: "STAGED" } => null,
        { AliasAssigned: { ValueKind: JsonValueKind.Number } number } when number.TryGetInt64(out var at) => Time(at),
        { AliasAssigned.ValueKind: JsonValueKind.True } or { ReadySubstate: "PROMOTED" } => Time(wire.CreatedAt ?? wire.Created),
        _ => null,
    };

    /// <summary>The API's words for a state.</summary>
    public static IReadOnlyList<string> WordsFor(DeploymentState state) => state switch
    {
        DeploymentState.Queued => ["QUEUED", "BLOCKED"],
        DeploymentState.Building => ["BUILDING", "INITIALIZING"],
        DeploymentState.Ready => ["READY"],
        DeploymentState.Failed => ["ERROR"],
        DeploymentState.Canceled => ["CANCELED", "DELETED"],
        _ => [],
    };

    /// <summary>A time in milliseconds since 1970; what no calendar holds is none.</summary>
    public static DateTimeOffset? Time(long? milliseconds) => milliseconds is >= 0 and < 253_402_300_800_000
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value)
        : null;

    private static DeploymentState StateOf(string? word) => word switch
    {
        "QUEUED" or "BLOCKED" => DeploymentState.Queued,
        "BUILDING" or "INITIALIZING" => DeploymentState.Building,
        "READY" => DeploymentState.Ready,
        "ERROR" => DeploymentState.Failed,
        "CANCELED" or "DELETED" => DeploymentState.Canceled,
        _ => DeploymentState.Unknown,
    };

    private static string FirstLine(string text) => text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end
        ? text[..end].TrimEnd('\r')
        : text.TrimEnd('\r');

    private static string? Line(string? text) => text is null ? null : Inert.Line(text);

    private static Uri? AddressOf(string? host) =>
        host is not null && Uri.CheckHostName(host) == UriHostNameType.Dns ? new Uri($"https://{host}/") : null;
}
