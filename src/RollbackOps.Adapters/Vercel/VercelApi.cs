using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Vercel;

/// <summary>The calls of Vercel's REST API that a rollback needs, each in its own words.</summary>
internal sealed class VercelApi
{
    /// <summary>The most deployments that a page holds.</summary>
    public const int PageSize = 100;

    /// <summary>The longest description that a rollback takes.</summary>
    public const int LongestDescription = 250;

    private readonly VercelClient _client;
    private readonly string _project;
    private string? _projectId;
    private Task<(WireProject Project, DateTimeOffset? At)>? _reading;

    public VercelApi(VercelClient client, VercelSettings settings, string project)
    {
        _client = client;
        _project = settings.Project ?? project;
    }

    /// <summary>The project, the record of its last switch, and the server's time of reading.</summary>
    public Task<(WireProject Project, DateTimeOffset? At)> ReadProjectAsync(CancellationToken cancellationToken) =>
        _reading = ReadProjectAnewAsync(cancellationToken);

    /// <summary>
    /// The same, from a reading that is under way already where there is one: what is read side by side for a plan takes
    /// one request. Never for what is compared and set (S10).
    /// </summary>
    public Task<(WireProject Project, DateTimeOffset? At)> ShareProjectAsync(CancellationToken cancellationToken) =>
        _reading is { IsCompleted: false } reading ? reading.WaitAsync(cancellationToken) : ReadProjectAsync(cancellationToken);

    private async Task<(WireProject Project, DateTimeOffset? At)> ReadProjectAnewAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (project, at) = await _client.ReadAsync(
                _client.At($"/v9/projects/{Segment(_project)}", ("rollbackInfo", "true")),
                json => json.WireProject, cancellationToken);
            _projectId = project.Id ?? throw new RollbackOpsException(ErrorId.PlatformUnreadable,
                $"Vercel's answer about the project '{_project}' holds no id.", "Check platform.vercel.api.", _project);
            return (project, at);
        }
        catch (RollbackOpsException missing) when (missing.Id == ErrorId.DeploymentNotFound)
        {
            throw new RollbackOpsException(ErrorId.PlatformUnreadable,
                $"Vercel has no project '{_project}' that this token sees. {missing.Message}",
                "Check platform.vercel.project and platform.vercel.team in rollback.json, and the token's scope.",
                _project, missing);
        }
    }

    /// <summary>The project's id; the first look costs a request.</summary>
    public async Task<string> ProjectIdAsync(CancellationToken cancellationToken) =>
        _projectId ?? (await ShareProjectAsync(cancellationToken)).Project.Id!;

    /// <summary>Deployments, newest first, page by page.</summary>
    /// <param name="target">What they were built for.</param>
    /// <param name="states">The states, as the API names them, or null for any.</param>
    /// <param name="since">The oldest, or null.</param>
    /// <param name="limit">The size of a page.</param>
    /// <param name="isAll">
    /// Whether all of them are wanted: then from the second page on the next one is on its way while one is taken. Whoever
    /// stops within the first page has asked for nothing further.
    /// </param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<WireDeployments> ListAsync(
        string target, string? states, DateTimeOffset? since, int limit, bool isAll,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // It takes the name as well: no need to ask for the id first.
        var project = _projectId ?? _project;
        await using var sideBySide = new SideBySide(cancellationToken);
        var page = await ReadAsync(until: null, cancellationToken);
        for (long? until = null; ;)
        {
            var next = page.Deployments is { Count: > 0 } ? page.Pagination?.Next : null;
            // A page that leads to itself or forward would never end.
            var goesOn = until is null || next < until;
            var ahead = isAll && until is not null && next is not null && goesOn
                ? sideBySide.Begin(token => ReadAsync(next, token))
                : null;
            yield return page;
            if (next is null)
            {
                yield break;
            }

            until = goesOn ? next : throw new RollbackOpsException(ErrorId.PlatformUnreadable,
                $"Vercel's list of deployments does not go on: after {until} it leads to {next}.",
                "Try again; narrow the list with -First or -Since.", project);
            page = await (ahead ?? ReadAsync(until, cancellationToken));
        }

        Task<WireDeployments> ReadAsync(long? until, CancellationToken token) => _client.GetAsync(
            _client.At("/v6/deployments",
                ("projectId", project), ("target", target), ("state", states),
                ("since", Number(since?.ToUnixTimeMilliseconds())), ("until", Number(until)), ("limit", Number(limit))),
            json => json.WireDeployments, token);
    }

    /// <summary>One deployment by id or address, or null.</summary>
    public async Task<WireDeployment?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!IsSegment(id))
        {
            return null;
        }

        try
        {
            return await _client.GetAsync(
                _client.At($"/v13/deployments/{id}"), json => json.WireDeployment, cancellationToken);
        }
        catch (RollbackOpsException missing) when (missing.Id is ErrorId.DeploymentNotFound)
        {
            return null;
        }
    }

    /// <summary>The project's environment variables; their values stay unread.</summary>
    public async Task<IReadOnlyList<WireVariable>> VariablesAsync(CancellationToken cancellationToken) =>
        (await _client.GetAsync(
            _client.At($"/v10/projects/{Segment(_project)}/env"), json => json.WireVariables, cancellationToken)).Envs ?? [];

    /// <summary>The rolling release under way, or null.</summary>
    public async Task<WireRollingRelease?> RollingReleaseAsync(CancellationToken cancellationToken) =>
        (await _client.GetAsync(
            _client.At($"/v1/projects/{Segment(_project)}/rolling-release", ("state", "ACTIVE")),
            json => json.WireRollingReleaseAnswer, cancellationToken)).RollingRelease;

    /// <summary>The names that lead to a deployment.</summary>
    public async Task<IReadOnlyList<string>> AliasesOfAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await _client.GetAsync(
            _client.At($"/v2/deployments/{Segment(id)}/aliases"), json => json.WireAliases, cancellationToken);
        return [.. (answer.Aliases ?? []).Select(one => one.Alias).OfType<string>()];
    }

    /// <summary>What became of every alias in the last switch of a kind.</summary>
    public async Task<IReadOnlyList<WireAliasJob>> SwitchedAliasesAsync(bool isPromotion, CancellationToken cancellationToken)
    {
        var path = isPromotion
            ? $"/v1/projects/{await ProjectIdAsync(cancellationToken)}/promote/aliases"
            : $"/v9/projects/{await ProjectIdAsync(cancellationToken)}/rollback/aliases";
        var jobs = new List<WireAliasJob>();
        long? until = null;
        while (true)
        {
            var page = await _client.GetAsync(
                _client.At(path, ("limit", "100"), ("until", Number(until))),
                json => json.WireAliasJobs, cancellationToken);
            jobs.AddRange(page.Aliases ?? []);
            if (page.Pagination?.Next is not { } next || page.Aliases is not { Count: > 0 } || (until is not null && next >= until))
            {
                return jobs;
            }

            until = next;
        }
    }

    /// <summary>Asks for a rollback. 201 is "accepted" (S12).</summary>
    public Task<PlatformAnswer> RollBackAsync(
        string projectId, string id, string description, CancellationToken cancellationToken) => _client.ChangeAsync(
            HttpMethod.Post,
            _client.At($"/v1/projects/{Segment(projectId)}/rollback/{Segment(id)}", ("description", description)),
            json: null, cancellationToken);

    /// <summary>Asks for a promotion. 201 is "accepted", 202 "queued behind a rolling release" (S12).</summary>
    public Task<PlatformAnswer> PromoteAsync(string projectId, string id, CancellationToken cancellationToken) =>
        _client.ChangeAsync(HttpMethod.Post,
            _client.At($"/v10/projects/{Segment(projectId)}/promote/{Segment(id)}"), json: "{}"u8.ToArray(), cancellationToken);

    /// <summary>Lets one alias lead to a deployment.</summary>
    public async Task AssignAsync(string id, string alias, CancellationToken cancellationToken) => Demand(
        await _client.ChangeAsync(HttpMethod.Post,
            _client.At($"/v2/deployments/{Segment(id)}/aliases"),
            JsonSerializer.SerializeToUtf8Bytes(new WireAlias { Alias = alias }, VercelJson.Default.WireAlias), cancellationToken),
        HttpMethod.Post, $"/v2/deployments/{id}/aliases");

    /// <summary>Cancels a deployment that is being built.</summary>
    public async Task CancelAsync(string id, CancellationToken cancellationToken) => Demand(
        await _client.ChangeAsync(HttpMethod.Patch,
            _client.At($"/v12/deployments/{Segment(id)}/cancel"), json: null, cancellationToken),
        HttpMethod.Patch, $"/v12/deployments/{id}/cancel");

    /// <summary>Turns automatic assignment of the production domains on or off: the pin (S11).</summary>
    public async Task SetAutoAssignAsync(bool on, CancellationToken cancellationToken) => Demand(
        await _client.ChangeAsync(HttpMethod.Patch,
            _client.At($"/v9/projects/{await ProjectIdAsync(cancellationToken)}"),
            JsonSerializer.SerializeToUtf8Bytes(
                new WireProjectChange { AutoAssignCustomDomains = on }, VercelJson.Default.WireProjectChange), cancellationToken),
        HttpMethod.Patch, $"/v9/projects/{_project}");

    /// <summary>Opens the log of a build.</summary>
    public Task<HttpResponseMessage> OpenBuildLogAsync(string id, CancellationToken cancellationToken) =>
        _client.OpenAsync(
            _client.At($"/v3/deployments/{Segment(id)}/events", ("builds", "1"), ("direction", "forward"), ("limit", "-1")),
            cancellationToken);

    /// <summary>Opens the log of a deployment that runs. It does not end by itself.</summary>
    public async Task<HttpResponseMessage> OpenRuntimeLogAsync(string id, CancellationToken cancellationToken) =>
        await _client.OpenAsync(
            _client.At($"/v1/projects/{await ProjectIdAsync(cancellationToken)}/deployments/{Segment(id)}/runtime-logs"),
            cancellationToken);

    /// <summary>What an answer that is no success means.</summary>
    public RollbackOpsException Failure(PlatformAnswer answer, HttpMethod method, string what) =>
        _client.Failure(answer, method, what);

    /// <summary>A reason and the rollback's id in one description, which may be cut but keeps the id.</summary>
    public static string Description(string reason, string rollbackId)
    {
        var mark = $" [{rollbackId}]";
        var text = new StringBuilder();
        foreach (var rune in reason.EnumerateRunes())
        {
            if (text.Length + rune.Utf16SequenceLength + mark.Length > LongestDescription)
            {
                break;
            }

            text.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return text.Append(mark).ToString();
    }

    /// <summary>The rollback's id in a description, or null, and the reason before it.</summary>
    public static (string? RollbackId, string? Reason) ReadDescription(string? description)
    {
        var at = description?.LastIndexOf(" [rb-", StringComparison.Ordinal) ?? -1;
        return at >= 0 && description!.EndsWith(']')
            ? (description[(at + 2)..^1], Inert.Line(description[..at]))
            : (null, description is null ? null : Inert.Line(description));
    }

    private void Demand(PlatformAnswer answer, HttpMethod method, string path)
    {
        if ((int)answer.Status is < 200 or >= 300)
        {
            throw _client.Failure(answer, method, path);
        }
    }

    /// <summary>A part of a path; a dot, a slash or a query would lead elsewhere.</summary>
    private static string Segment(string part) => IsSegment(part) ? part : throw new RollbackOpsException(
        ErrorId.InvalidArgument, $"'{part}' is no id of Vercel.", "Look at Get-DeploymentHistory; ids are exact.", part);

    private static bool IsSegment(string part) => part is not ("." or "..") && part.Length is > 0 and <= 253
        && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');

    private static string? Number(long? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
