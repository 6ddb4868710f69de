using System.Text.RegularExpressions;
using RollbackOps.Adapters.Reports;
using RollbackOps.Databases;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>The database's part of a report: what a table, an error or a check says builds no markup (S43).</summary>
public partial class DatabaseSectionTests
{
    private const string Hostile = "| <b> ** `x` [a](javascript:b)\n## Injected\u001b[2J";

    private static readonly DatabaseSection s_section = new()
    {
        Restores =
        [
            new DatabaseRestoreResult
            {
                Project = "shop",
                Environment = "production",
                Status = RestoreStatus.SwappedBack,
                Database = Hostile,
                Backup = Hostile,
                Reason = Hostile,
                Owner = Hostile,
                StartedAt = DateTimeOffset.UnixEpoch,
                Outage = TimeSpan.FromSeconds(2.5),
                LostWrites = TimeSpan.FromSeconds(90),
                Kept = Hostile,
                Message = Hostile,
                RowsBefore = new Dictionary<string, long> { [Hostile] = 3, ["gone"] = 4 },
                RowsAfter = new Dictionary<string, long> { [Hostile] = 2 },
                Steps = [new RestoreStepResult { Number = 1, Kind = RestoreStepKind.Swap, Status = StepStatus.Done, Detail = Hostile }],
            },
        ],
        BackupTests =
        [
            new BackupTestResult
            {
                Backup = Hostile,
                Path = "/b",
                IsPassed = false,
                TestedAt = DateTimeOffset.UnixEpoch,
                RestoreTime = TimeSpan.FromSeconds(1),
                CheckTime = TimeSpan.FromSeconds(1),
                RestoredSize = 1,
                Detail = Hostile,
            },
        ],
        Checks =
        [
            new DatabaseCheckResult
            {
                Database = Hostile,
                Name = Hostile,
                Kind = DatabaseCheckKind.Audit,
                Status = CheckStatus.Failed,
                Duration = TimeSpan.Zero,
                Detail = Hostile,
                Sample = [Hostile],
            },
        ],
    };

    private static readonly IncidentReport s_report = HostileReport.Report with
    {
        Rollback = null,
        Decision = null,
        Database = s_section,
    };

    private readonly string _markdown = new ReportRenderer().RenderMarkdown(s_report);

    [Fact]
    public void Render_HostileText_StaysTextInWholeTables()
    {
        Assert.DoesNotContain('\u001b', _markdown);
        var columns = 0;
        foreach (var line in _markdown.Split('\n'))
        {
            var bare = Escape().Replace(line, string.Empty);
            Assert.DoesNotMatch("<(?!/?(?:details|summary)>)", bare);
            Assert.DoesNotContain("`", bare, StringComparison.Ordinal);
            Assert.DoesNotContain("](", bare, StringComparison.Ordinal);
            Assert.False(line.StartsWith("## Injected", StringComparison.Ordinal), line);
            var pipes = line.StartsWith('|') ? bare.Count(character => character == '|') : 0;
            Assert.True(columns == 0 || pipes == 0 || pipes == columns, line);
            columns = pipes;
        }
    }

    [Fact]
    public void Render_Restore_TellsMinutesOutageAndRows()
    {
        Assert.Contains("#### Restore: SwappedBack", _markdown, StringComparison.Ordinal);
        Assert.Contains("| Outage | 2.500 s |", _markdown, StringComparison.Ordinal);
        Assert.Contains("| Writes that are missing | 1.5 minutes |", _markdown, StringComparison.Ordinal);
        Assert.Contains("| gone | 4 |  |", _markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("No rollback was made", _markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void RenderHtml_HostileText_StaysText()
    {
        var page = new ReportRenderer().RenderHtml(s_report);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', page);
        Assert.Contains("<h3 id=\"database\">", page, StringComparison.Ordinal);
        Assert.Contains("<dt>Outage</dt><dd>2.500 s</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">gone</th><td class=\"num\">4</td>", page, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
