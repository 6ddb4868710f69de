using System.Text.RegularExpressions;
using RollbackOps.Adapters.Reports;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>Foreign text in a report is text: it builds no markup and breaks no table (S43).</summary>
public partial class MarkdownRendererTests
{
    private const string Hostile = "| <script>alert(1)</script> ** `x` [a](javascript:b) ![i](u) {{ title }} {% raw %} # \\| \n## Injected\r\n\u001b[2J ~~~";

    private static readonly IncidentReport s_report = new()
    {
        Title = Hostile,
        Project = Hostile,
        Environment = Hostile,
        Summary = Hostile,
        WrittenAt = DateTimeOffset.UnixEpoch,
        IsJournalTrusted = true,
        Rollback = new RollbackResult
        {
            Project = "shop",
            Environment = "production",
            Status = RollbackStatus.Succeeded,
            Reason = Hostile,
            Owner = Hostile,
            Message = Hostile,
            NextStep = Hostile,
            StartedAt = DateTimeOffset.UnixEpoch,
            Duration = TimeSpan.FromSeconds(1.5),
            StateLocation = "/srv",
        },
        Timeline = [new TimelineEntry { At = DateTimeOffset.UnixEpoch, What = Hostile, Record = 1 }],
        Steps = [new StepResult { Number = 1, Kind = StepKind.Switch, Description = Hostile, Status = StepStatus.Done, Detail = Hostile }],
        Difference = new PlanDifference { Commits = [$"0123456789ab {Hostile}"], NotTakenBack = [Hostile], Age = TimeSpan.FromDays(1) },
        Verifications =
        [
            new VerificationResult
            {
                Project = "shop",
                Environment = "production",
                DeploymentId = "1",
                Window = VerificationWindow.Immediate,
                Status = VerificationStatus.Passed,
                Identity = ServedIdentity.Proven,
                At = DateTimeOffset.UnixEpoch,
                Duration = TimeSpan.FromSeconds(1),
                Checks = [new VerificationCheck { Name = Hostile, Status = VerificationStatus.Passed, Detail = Hostile }],
            },
        ],
        Checklist = [new VerificationCheck { Name = Hostile, Status = VerificationStatus.Passed, Detail = Hostile }],
        Overrides = [new PlanOverride { Name = "AllowInFlight", Reason = Hostile }],
    };

    private readonly string _markdown = new MarkdownRenderer().RenderMarkdown(s_report);

    [Fact]
    public void Render_HostileText_HoldsNoMarkupOfItsOwn()
    {
        var unescaped = Escape().Replace(_markdown, string.Empty);
        Assert.DoesNotContain("<", unescaped, StringComparison.Ordinal);
        Assert.DoesNotContain("`", unescaped, StringComparison.Ordinal);
        Assert.DoesNotContain("](", unescaped, StringComparison.Ordinal);
        Assert.DoesNotContain("~~~", unescaped, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', _markdown);
        Assert.DoesNotContain('\r', _markdown);
        Assert.Contains("&lt;script&gt;", _markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_HostileText_MakesNoHeadingOfItsOwn()
    {
        var headings = _markdown.Split('\n').Where(line => line.StartsWith('#')).ToList();
        Assert.Single(headings, line => line.StartsWith("# ", StringComparison.Ordinal));
        Assert.DoesNotContain(headings, line => line.StartsWith("## Injected", StringComparison.Ordinal));
    }

    [Fact]
    public void Render_HostileText_LeavesEveryTableWhole()
    {
        var tables = 0;
        var columns = 0;
        foreach (var line in _markdown.Split('\n'))
        {
            if (!line.StartsWith('|'))
            {
                columns = 0;
                continue;
            }

            var pipes = Escape().Replace(line, string.Empty).Count(character => character == '|');
            tables += columns == 0 ? 1 : 0;
            columns = columns == 0 ? pipes : columns;
            Assert.Equal(columns, pipes);
            Assert.EndsWith("|", line.TrimEnd(), StringComparison.Ordinal);
        }

        Assert.Equal(4, tables);
    }

    [Fact]
    public void Render_TemplateSyntaxInText_StaysText()
    {
        Assert.Contains("{{ title }}", _markdown, StringComparison.Ordinal);
        Assert.Contains("{% raw %}", _markdown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- item")]
    [InlineData("+ item")]
    [InlineData("1. item")]
    [InlineData("2) item")]
    [InlineData("---")]
    [InlineData("===")]
    [InlineData("    code")]
    [InlineData("> quote")]
    public void Render_TextThatBeginsLikeABlock_IsAParagraph(string text)
    {
        var markdown = new MarkdownRenderer().RenderMarkdown(s_report with { Summary = text });
        var line = markdown.Split('\n')[2];
        Assert.DoesNotMatch(@"^( {4}|\s*([-+>=]|\d+[.)]))", line);
    }

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
