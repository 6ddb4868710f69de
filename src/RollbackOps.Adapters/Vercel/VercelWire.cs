using System.Text.Json;
using System.Text.Json.Serialization;

namespace RollbackOps.Adapters.Vercel;

/// <summary>A project, with the record of its last switch.</summary>
internal sealed record WireProject
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public bool? AutoAssignCustomDomains { get; init; }

    public string? AutoAssignCustomDomainsUpdatedBy { get; init; }

    public long? UpdatedAt { get; init; }

    public Dictionary<string, WireTarget?>? Targets { get; init; }

    public WireAliasRequest? LastAliasRequest { get; init; }

    public WireRollbackDescription? RollbackDescription { get; init; }
}

/// <summary>What an environment is switched to.</summary>
internal sealed record WireTarget
{
    public string? Id { get; init; }

    public IReadOnlyList<string>? Alias { get; init; }

    public string? ReadyState { get; init; }
}

/// <summary>The shared record of the last switch (S24): it may be somebody else's.</summary>
internal sealed record WireAliasRequest
{
    public string? FromDeploymentId { get; init; }

    public string? ToDeploymentId { get; init; }

    public string? JobStatus { get; init; }

    public long? RequestedAt { get; init; }

    public string? Type { get; init; }
}

internal sealed record WireRollbackDescription
{
    public long? CreatedAt { get; init; }

    public string? Description { get; init; }

    public string? Username { get; init; }
}

/// <summary>A deployment, as lists (<c>uid</c>) and single answers (<c>id</c>) give it.</summary>
internal sealed record WireDeployment
{
    public string? Uid { get; init; }

    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Url { get; init; }

    public string? ProjectId { get; init; }

    public WireName? Project { get; init; }

    public long? Created { get; init; }

    public long? CreatedAt { get; init; }

    public string? State { get; init; }

    public string? ReadyState { get; init; }

    public string? ReadySubstate { get; init; }

    public string? Target { get; init; }

    public bool? IsRollbackCandidate { get; init; }

    /// <summary>A time, or only whether.</summary>
    public JsonElement? AliasAssigned { get; init; }

    public WireMeta? Meta { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public WireName? Creator { get; init; }
}

internal sealed record WireName
{
    public string? Id { get; init; }

    public string? Username { get; init; }

    public string? Email { get; init; }
}

internal sealed record WireDeployments
{
    public IReadOnlyList<WireDeployment>? Deployments { get; init; }

    public WirePagination? Pagination { get; init; }
}

/// <summary>The next page begins below <see cref="Next"/>: it is that page's <c>until</c>.</summary>
internal sealed record WirePagination
{
    public long? Next { get; init; }
}

/// <summary>The aliases of a deployment.</summary>
internal sealed record WireAliases
{
    public IReadOnlyList<WireAlias>? Aliases { get; init; }
}

internal sealed record WireAlias
{
    public string? Alias { get; init; }

    public string? DeploymentId { get; init; }
}

/// <summary>What became of each alias in the last switch.</summary>
internal sealed record WireAliasJobs
{
    public IReadOnlyList<WireAliasJob>? Aliases { get; init; }

    public WirePagination? Pagination { get; init; }
}

internal sealed record WireAliasJob
{
    public string? Status { get; init; }

    public WireAlias? Alias { get; init; }
}

/// <summary>One event of a build.</summary>
internal sealed record WireEvent
{
    public string? Type { get; init; }

    public long? Created { get; init; }

    public string? Text { get; init; }

    public WirePayload? Payload { get; init; }
}

internal sealed record WirePayload
{
    public string? Text { get; init; }

    public long? Date { get; init; }
}

/// <summary>One line of a runtime log.</summary>
internal sealed record WireLogLine
{
    public string? Level { get; init; }

    public string? Message { get; init; }

    public string? Source { get; init; }

    public long? TimestampInMs { get; init; }

    public string? Domain { get; init; }

    public string? RequestMethod { get; init; }

    public string? RequestPath { get; init; }

    public int? ResponseStatusCode { get; init; }
}

internal sealed record WireFailure
{
    public WireError? Error { get; init; }
}

internal sealed record WireError
{
    public string? Code { get; init; }

    public string? Message { get; init; }

    public bool? InvalidToken { get; init; }
}

/// <summary>A change of a project's pin.</summary>
internal sealed record WireProjectChange
{
    public required bool AutoAssignCustomDomains { get; init; }
}

internal sealed record WireVariables
{
    public IReadOnlyList<WireVariable>? Envs { get; init; }
}

/// <summary>An environment variable of a project, without its value.</summary>
internal sealed record WireVariable
{
    public string? Key { get; init; }

    /// <summary>The environments it is for: a list, or one word.</summary>
    public JsonElement Target { get; init; }

    public long? CreatedAt { get; init; }

    public long? UpdatedAt { get; init; }
}

internal sealed record WireRollingReleaseAnswer
{
    public WireRollingRelease? RollingRelease { get; init; }
}

/// <summary>A rolling release: its canary has a part of production's traffic.</summary>
internal sealed record WireRollingRelease
{
    public string? State { get; init; }

    public WireName? CanaryDeployment { get; init; }

    public double? CurrentCanaryPercentage { get; init; }
}

internal sealed record WireTokenAnswer
{
    public WireToken? Token { get; init; }
}

/// <summary>What the API says of the token in use.</summary>
internal sealed record WireToken
{
    public string? Name { get; init; }

    public long? ExpiresAt { get; init; }
}

internal sealed record WireTeam
{
    public WireMembership? Membership { get; init; }
}

/// <summary>Who the token's user is in the team.</summary>
internal sealed record WireMembership
{
    public string? Role { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 32)]
[JsonSerializable(typeof(WireProject))]
[JsonSerializable(typeof(WireDeployment))]
[JsonSerializable(typeof(WireDeployments))]
[JsonSerializable(typeof(WireAliases))]
[JsonSerializable(typeof(WireAlias))]
[JsonSerializable(typeof(WireAliasJobs))]
[JsonSerializable(typeof(WireVariables))]
[JsonSerializable(typeof(WireRollingReleaseAnswer))]
[JsonSerializable(typeof(WireEvent))]
[JsonSerializable(typeof(WireLogLine))]
[JsonSerializable(typeof(WireFailure))]
[JsonSerializable(typeof(WireProjectChange))]
[JsonSerializable(typeof(WireTokenAnswer))]
[JsonSerializable(typeof(WireTeam))]
internal sealed partial class VercelJson : JsonSerializerContext;
