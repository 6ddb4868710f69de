using RollbackOps.Configuration;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.GitHub;

/// <summary>Incidents as issues of the repository on GitHub, found again by a hidden mark in their body.</summary>
internal sealed class GitHubIncidentIssues(GitHubApi api, GitHubSettings settings) : IIncidentIssues
{
    /// <summary>So many pages are looked through.</summary>
    private const int MostPages = 20;

    // A clock of ours that goes wrong hides no issue.
    private static readonly TimeSpan s_margin = TimeSpan.FromHours(1);

    public string Place => $"the issues of {settings.Owner ?? "the repository's owner"}/{settings.Repository ?? "the repository"} on {settings.Api.Host}";

    public async Task<PublishedIssue> PublishAsync(IncidentIssue issue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(issue);
        var former = await FindAsync(issue, cancellationToken);
        var text = new WireIssueText(
            Cut(issue.Title), IssueBody.Of(issue.IncidentId, issue.Markdown, former?.Body),
            former is null && issue.Labels.Count > 0 ? issue.Labels : null,
            former is null && issue.Assignees.Count > 0 ? issue.Assignees : null);
        var written = former is null
            ? await api.CreateIssueAsync(text, cancellationToken)
            : await api.UpdateIssueAsync(former.Number, text, cancellationToken);
        var number = written?.Number ?? former?.Number ?? 0;
        return new PublishedIssue
        {
            Number = number,
            Address = Uri.TryCreate(written?.HtmlUrl, UriKind.Absolute, out var address) ? address : null,
            IsNew = former is null,
        };
    }

    private async Task<WireIssue?> FindAsync(IncidentIssue issue, CancellationToken cancellationToken)
    {
        var pages = 0;
        await foreach (var page in api.ListIssuesAsync(issue.Since - s_margin, cancellationToken))
        {
            if (page.FirstOrDefault(one => one.PullRequest is null && IssueBody.IsOf(one.Body, issue.IncidentId)) is { } found)
            {
                return found;
            }

            if (++pages == MostPages)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>GitHub takes titles of 256 characters.</summary>
    private static string Cut(string title) => title.Length <= 256 ? title
        : title[..(char.IsHighSurrogate(title[254]) ? 254 : 255)] + "…";
}
