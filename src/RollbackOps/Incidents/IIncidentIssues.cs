using System.Text.Json.Serialization;

namespace RollbackOps.Incidents;

/// <summary>Keeps an incident's issue where the team tracks its work.</summary>
public interface IIncidentIssues
{
    /// <summary>Where issues are kept, in words.</summary>
    string Place { get; }

    /// <summary>
    /// Opens the incident's issue, or writes it anew where it is there already: found by its hidden mark, whatever its title.
    /// What people wrote below the report stays.
    /// </summary>
    Task<PublishedIssue> PublishAsync(IncidentIssue issue, CancellationToken cancellationToken);
}

/// <summary>What is to be published.</summary>
public sealed record IncidentIssue
{
    internal IncidentIssue()
    {
    }

    /// <summary>The incident's id.</summary>
    public required string IncidentId { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>The report as Markdown.</summary>
    public required string Markdown { get; init; }

    /// <summary>When the incident began, UTC: no issue of it is older.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Labels for a new issue.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Who a new issue is assigned to.</summary>
    public IReadOnlyList<string> Assignees { get; init; } = [];

    /// <summary>Its title.</summary>
    public override string ToString() => Title;
}

/// <summary>An incident's issue.</summary>
public sealed record PublishedIssue
{
    [JsonConstructor]
    internal PublishedIssue()
    {
    }

    /// <summary>Its number.</summary>
    public required long Number { get; init; }

    /// <summary>Its address; null where the service does not say.</summary>
    public Uri? Address { get; init; }

    /// <summary>Whether it was opened now; else it was written anew.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Its address, or its number.</summary>
    public override string ToString() => Address?.AbsoluteUri ?? $"#{Number}";
}
