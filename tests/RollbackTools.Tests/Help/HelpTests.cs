using System.Management.Automation;
using RollbackTools.Help;
using RollbackTools.Tests.Hosting;

namespace RollbackTools.Tests.Help;

/// <summary>What Get-Help says in a session that imported the module through its manifest.</summary>
public sealed class HelpTests : IClassFixture<HelpSession>
{
    private static readonly string[] s_mainCmdlets =
        ["Get-DeploymentHistory", "Test-RollbackNeeded", "Invoke-Rollback", "New-IncidentReport"];

    private readonly HelpSession _session;

    public HelpTests(HelpSession session) => _session = session;

    [Fact]
    public void GetHelp_EveryCmdlet_HasSynopsisDescriptionAndExample()
    {
        foreach (var (name, help) in _session.Help)
        {
            Assert.Matches(@"\A[A-Z].*\.\z", Text(help, "Synopsis"));
            Assert.NotEmpty(Paragraphs(help.Properties["description"]?.Value));
            var examples = Many(help, "examples", "example");
            Assert.True(examples.Count >= (s_mainCmdlets.Contains(name) ? 3 : 1), $"{name} has {examples.Count} examples.");
            Assert.All(examples, example =>
            {
                Assert.Contains(name, Text(example, "code"), StringComparison.Ordinal);
                Assert.Matches(@"Example \d+: \w", Text(example, "title"));
            });
        }
    }

    [Fact]
    public void GetHelp_EveryParameter_IsDescribedInSentences()
    {
        foreach (var (name, help) in _session.Help)
        {
            var described = Many(help, "parameters", "parameter").ToDictionary(parameter => Text(parameter, "name"));
            var actual = _session.Commands[name].Parameters.Keys.Where(parameter => !Cmdlet.CommonParameters.Contains(parameter));
            Assert.Equal(actual.Order(), described.Keys.Order());
            Assert.All(described, parameter =>
            {
                var paragraphs = Paragraphs(parameter.Value.Properties["description"]?.Value);
                Assert.True(paragraphs.Count > 0 && paragraphs[0].EndsWith('.'), $"{name} -{parameter.Key} is not described.");
            });
        }
    }

    [Fact]
    public void GetHelp_EveryParameter_IsShownAsTheEngineBindsIt()
    {
        foreach (var (name, help) in _session.Help)
        {
            foreach (var parameter in Many(help, "parameters", "parameter"))
            {
                var bound = _session.Commands[name].Parameters[Text(parameter, "name")].ParameterSets.Values.First();
                Assert.Equal(bound.IsMandatory, bool.Parse(Text(parameter, "required")));
                Assert.Equal(bound.Position < 0 ? "named" : $"{bound.Position}", Text(parameter, "position"));
                Assert.Equal(bound.ValueFromPipeline || bound.ValueFromPipelineByPropertyName,
                    Text(parameter, "pipelineInput").StartsWith("True", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void GetHelp_EveryCmdlet_SaysWhatComesInAndWhatGoesOut()
    {
        foreach (var (name, help) in _session.Help)
        {
            var outputs = Many(help, "returnValues", "returnValue").Select(TypeName);
            Assert.Equal(_session.Commands[name].OutputType.Select(type => type.Type.FullName), outputs);
            var inputs = Many(help, "inputTypes", "inputType").Select(TypeName).ToList();
            var isPiped = _session.Commands[name].Parameters.Values.SelectMany(parameter => parameter.ParameterSets.Values)
                .Any(set => set.ValueFromPipeline || set.ValueFromPipelineByPropertyName);
            Assert.Equal(isPiped, !inputs.Contains("None"));
        }
    }

    [Fact]
    public void GetHelp_RelatedLinks_AreCmdletsOfTheModule() => Assert.All(_session.Help, pair => Assert.All(
        Many(pair.Value, "relatedLinks", "navigationLink"),
        link => Assert.Contains(Text(link, "linkText"), _session.Commands.Keys)));

    [Theory]
    [InlineData("about_RollbackTools")]
    [InlineData("about_RollbackTools_Configuration")]
    [InlineData("about_RollbackTools_Drills")]
    [InlineData("about_RollbackTools_Logs")]
    [InlineData("about_RollbackTools_Notifications")]
    [InlineData("about_RollbackTools_Platforms")]
    [InlineData("about_RollbackTools_Runbooks")]
    [InlineData("about_RollbackTools_Signals")]
    public void GetHelp_About_IsFound(string name) =>
        Assert.StartsWith("TOPIC", Assert.Single(_session.Run($"Get-Help {name}")).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Files_AreWhatTheCommentsSay() => Assert.Empty(HelpFiles.Of(HelpSession.Module).Compare(Checkout.Root));

    [Fact]
    public void Files_MadeTwice_AreTheSame()
    {
        var root = Directory.CreateTempSubdirectory("rollback-help-").FullName;
        try
        {
            var files = HelpFiles.Of(HelpSession.Module);
            Assert.Equal(files.Paths, files.Write(root));
            Assert.Empty(files.Write(root));

            File.AppendAllText(Path.Combine(root, "docs/en-US/Invoke-Rollback.md"), "by hand");
            File.WriteAllText(Path.Combine(root, "docs/en-US/Get-Nothing.md"), "of no cmdlet");
            File.Delete(Path.Combine(root, "en-US/RollbackTools.dll-Help.xml"));
            string[] changed = ["docs/en-US/Get-Nothing.md", "docs/en-US/Invoke-Rollback.md", "en-US/RollbackTools.dll-Help.xml"];
            Assert.Equal(changed, files.Compare(root).Select(difference => difference.Path).Order(StringComparer.Ordinal));
            files.Write(root);
            Assert.Empty(files.Compare(root));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static List<PSObject> Many(PSObject help, string outer, string inner) =>
        help.Properties[outer]?.Value is PSObject holder && holder.Properties[inner]?.Value is { } value
            ? [.. LanguagePrimitives.GetEnumerable(value)?.Cast<object>().Select(PSObject.AsPSObject) ?? [PSObject.AsPSObject(value)]]
            : [];

    private static string Text(PSObject part, string name) =>
        LanguagePrimitives.ConvertTo<string>(part.Properties[name]?.Value).Trim();

    private static string TypeName(PSObject part) => Text((PSObject)part.Properties["type"].Value, "name");

    private static List<string> Paragraphs(object? value) => value is null
        ? []
        : [.. (LanguagePrimitives.GetEnumerable(value)?.Cast<object>() ?? [value])
            .Select(one => Text(PSObject.AsPSObject(one), "Text")).Where(text => text.Length > 0)];
}
