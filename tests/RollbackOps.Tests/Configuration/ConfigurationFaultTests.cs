using System.Text;
using RollbackOps.Configuration;

namespace RollbackOps.Tests.Configuration;

public class ConfigurationFaultTests
{
    // Each document, and the sentence that the error has to hold.
    public static TheoryData<string, string> Wrong => new()
    {
        { """{ "polcy": {} }""", "line 1, column 3: polcy: unknown property; did you mean 'policy'?" },
        {
            "{\n  \"policy\": {\n    \"planLifetme\": \"5m\"\n  }\n}",
            "line 3, column 5: policy.planLifetme: unknown property; did you mean 'planLifetime'?"
        },
        { """{ "repository": { "rollback": "force" } }""", "expects one of revert, forcePush, not 'force'" },
        { """{ "repository": { "developmentBranch": "main" } }""", "repository.developmentBranch: 'main' is the production branch" },
        { """{ "repository": { "developmentBranch": "--all" } }""", "repository.developmentBranch: expects the name of a remote or branch" },
        { """{ "repository": { "deploymentPattern": "(a" } }""", "repository.deploymentPattern: is no regular expression" },
        { """{ "repository": { "deploymentPattern": "(?=a)b" } }""", "is no regular expression without look-around" },
        { """{ "policy": { "PlanLifetime": "5m" } }""", "did you mean 'planLifetime'?" },
        { """{ "planLifetime": "5m" }""", "planLifetime: unknown property; it belongs at policy.planLifetime" },
        { """{ "reports": { "zzz": 1 } }""", "reports.zzz: unknown property; known here: folder, owner" },
        { """{ "environments": { "s": { "project": "x" } } }""", "environments.s.project: unknown property" },
        { """{ "policy": { "probeRounds": "3" } }""", "column 30: policy.probeRounds: expects a whole number from 1 to 100, not a text" },
        { """{ "policy": { "probeRounds": 2.5 } }""", "expects a whole number from 1 to 100, not '2.5'" },
        { """{ "policy": { "probeRounds": 0 } }""", "expects a whole number from 1 to 100, not '0'" },
        { """{ "policy": { "resourcePercent": 101 } }""", "expects a number from 0 to 100 (percent), not '101'" },
        { """{ "policy": { "resourcePercent": 1e999 } }""", "expects a number from 0 to 100" },
        { """{ "policy": { "planLifetime": 5 } }""", "policy.planLifetime: expects a duration such as 90s, 5m or 1h30m; a bare number has no unit" },
        { """{ "policy": { "planLifetime": "5" } }""", "expects a duration such as 90s, 5m or 1h30m, not '5'" },
        { """{ "policy": { "planLifetime": "2d" } }""", "policy.planLifetime: expects 1s to 1d, not '2d'" },
        { """{ "policy": { "inFlight": "freese" } }""", "expects one of refuse, freeze, cancel, not 'freese'; did you mean 'freeze'?" },
        { """{ "policy": { "planLifetime": null } }""", "not null; leave the property out instead" },
        { """{ "policy": [] }""", "policy: expects an object, not a list" },
        { "[]", "expects an object, not a list" },
        { """{ "project": "a", "project": "b" }""", "line 1, column 19: project: given twice, first in line 1" },
        { """{ "project": "  " }""", "project: expects a name" },
        { """{ "project": "a\u202eb" }""", "a<U+202E>b" },
        { """{ "environment": "a b" }""", "environment: expects a name of letters, digits" },
        { """{ "environments": { "a/b": {} } }""", "environments.a/b: expects a name of letters" },
        { """{ "environments": [] }""", "environments: expects an object of environments, not a list" },
        { """{ "platform": { "type": "vercle" } }""", "platform.type: expects one of releaseDirectory, vercel, github, not 'vercle'; did you mean 'vercel'?" },
        { """{ "platform": { "vercel": { "api": "http://api.example" } } }""", "platform.vercel.api: expects an https address" },
        { """{ "platform": { "vercel": { "project": "a/../b" } } }""", "platform.vercel.project: expects a project id or name" },
        { """{ "platform": { "activate": { "timeout": "5s" } } }""", "platform.activate: lacks 'command'" },
        { """{ "platform": { "activate": { "command": "restart" } } }""", "expects a list of the program and its arguments, not a text" },
        { """{ "platform": { "activate": { "command": [] } } }""", "not 0 items" },
        { """{ "platform": { "activate": { "command": [""] } } }""", "platform.activate.command[0]: expects a program" },
        { """{ "platform": { "activate": { "command": ["a", "env:B"] } } }""", "command[1]: expects an argument; a reference is resolved in headers and variables only" },
        { """{ "platform": { "activate": { "command": ["a"], "variables": { "A=B": "" } } } }""", "expects the name of an environment variable as a name" },
        { """{ "repository": { "branch": "--force" } }""", "repository.branch: expects the name of a remote or branch, not '--force'" },
        { """{ "health": { "addresses": ["ftp://a"] } }""", "health.addresses[0]: expects an absolute http or https address" },
        { """{ "health": { "addresses": ["/health"] } }""", "health.addresses[0]: expects an absolute http" },
        { """{ "health": { "addresses": ["http://[x"] } }""", "health.addresses[0]: expects an absolute http" },
        { """{ "health": { "checks": [] } }""", "expects a list of checks, not 0 items" },
        { """{ "health": { "checks": [{ "path": "/" }] } }""", "health.checks[0]: lacks 'name', a name" },
        { """{ "health": { "checks": [{ "name": "a", "path": "//evil.example/" }] } }""", "expects a path that begins with one slash" },
        { """{ "health": { "checks": [{ "name": "a", "path": "/", "status": [200, 99] }] } }""", "status[1]: expects a whole number from 100 to 599" },
        { """{ "health": { "checks": [{ "name": "a", "path": "/", "method": "PUT" }] } }""", "expects one of GET, HEAD, POST" },
        { """{ "health": { "checks": [{ "name": "a", "path": "/", "body": 5 }] } }""", "body: expects a text, an object or a list, not a number" },
        { """{ "health": { "checks": [{ "name": "a", "path": "/", "identity": {} }] } }""", "identity: needs exactly one of json, header" },
        { """{ "health": { "checks": [{ "name": "a", "path": "/", "identity": { "json": "$.a", "header": "X" } }] } }""", "needs exactly one of json, header" },
        { """{ "health": { "checks": [{ "name": "a", "path": "/", "signal": "ServiceDwn" }] } }""", "did you mean 'serviceDown'?" },
        { """{ "health": { "checks": [{ "name": "a", "path": "/" }, { "name": "A", "path": "/" }] } }""", "health.checks[1].name: 'A' is the name of an earlier one (line 1)" },
        { """{ "health": { "headers": { "a b": "c" } } }""", "health.headers.a b: expects a header name as a name" },
        { """{ "health": { "headers": { "A": "b\r\nC: d" } } }""", "health.headers.A: expects printable ASCII" },
        { """{ "health": { "headers": { "Accept": "a", "accept": "b" } } }""", "health.headers.accept: given twice; upper and lower case do not count" },
        { """{ "health": { "headers": { "A": "env:" } } }""", "health.headers.A: expects printable ASCII text, or a reference" },
        { """{ "policy": { "assessErrorRatePercent": 6 } }""", "policy.assessErrorRatePercent: 6 is above the immediate tier's 5" },
        { """{ "policy": { "monitorErrorRatePercent": 0 } }""", "policy.monitorErrorRatePercent: must be above 0" },
        { """{ "policy": { "immediateErrorRatePercent": 100 } }""", "policy.immediateErrorRatePercent: must be below 100" },
        { """{ "policy": { "assessDuration": "6m" } }""", "policy.assessDuration: 6m is longer than the immediate tier's 5m" },
        { """{ "policy": { "assessTimeToDecide": "6m" } }""", "policy.assessTimeToDecide: 6m is longer than the monitor tier's 5m" },
        { """{ "policy": { "monitorErrorRatePercent": 3 } }""", "policy.monitorErrorRatePercent: 3 is above the assess tier's 2" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_WrongDocument_NamesPathPlaceAndRemedy(string json, string sentence)
    {
        var error = Configured.Refused(json);

        Assert.Equal(ErrorId.ConfigurationInvalid, error.Id);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.Contains(Configured.File, error.Message, StringComparison.Ordinal);
        Assert.Matches(@"\bline 1, column|\bline 3, column", error.Message);
        Assert.NotEmpty(error.NextStep);
    }

    [Theory]
    [InlineData("{\n  \"project\": \n}", "line 3, column 1: not valid JSON")]
    [InlineData("", "line 1, column 1: not valid JSON")]
    [InlineData("{} {}", "line 1, column 4: not valid JSON")]
    [InlineData("{ \"project\": 'a' }", "line 1, column 14: not valid JSON")]
    [InlineData("{ \"äöü\": x }", "line 1, column 10: not valid JSON")]
    [InlineData("{ \"project\": \"\\ud800\" }", "not valid UTF-8 text")]
    public void Read_NoJson_IsUnreadableWithItsLine(string json, string sentence)
    {
        var error = Configured.Refused(json);

        Assert.Equal(ErrorId.ConfigurationUnreadable, error.Id);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public void Read_InvalidUtf8_IsUnreadable()
    {
        var bytes = Encoding.Latin1.GetBytes("{ \"project\": \"ü\" }");

        var error = Assert.Throws<RollbackOpsException>(() => RollbackConfiguration.Read(
            new ConfigurationRequest { StartFolder = "/" }, Configured.File, Configured.Folder, bytes));

        Assert.Equal(ErrorId.ConfigurationUnreadable, error.Id);
    }

    [Fact]
    public void Read_SeveralFaults_TellsThemAllInOrder()
    {
        var error = Configured.Refused(
            """
            {
              "polcy": 1,
              "environments": { "staging": { "policy": { "probeRounds": 0 } } },
              "project": 5
            }
            """);

        Assert.Contains("has 3 errors", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"(?s)line 2.*polcy.*line 3.*environments\.staging\.policy\.probeRounds.*line 4.*project", error.Message);
    }

    [Fact]
    public void Read_CommentsTrailingCommasAndByteOrderMark_AreWelcome()
    {
        const string Json = "\ufeff// why\n{ /* here */ \"project\": \"shop\", \"health\": { \"addresses\": [\"http://a/\",], }, } // end";

        Assert.Equal("shop", Configured.Read(Json).Settings.Project);
    }

    [Fact]
    public void Read_DeepNesting_IsUnreadableAndNoCrash()
    {
        var json = string.Concat(Enumerable.Repeat("[", 10_000));

        Assert.Equal(ErrorId.ConfigurationUnreadable, Configured.Refused(json).Id);
    }
}
