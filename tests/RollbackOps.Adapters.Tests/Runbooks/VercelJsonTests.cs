using System.Text.RegularExpressions;
using RollbackOps.Adapters.Tests.Peers;
using RollbackOps.Runbooks;

namespace RollbackOps.Adapters.Tests.Runbooks;

/// <summary>What vercel.json may hold.</summary>
public sealed partial class VercelJsonTests
{
    [Fact]
    public void Properties_OfTheData_AreAllLetPass()
    {
        Assert.True(VercelJson.Properties.Count > 30);
        Assert.Empty(Checked.Text("vercel.json", $"{{ {string.Join(", ", VercelJson.Properties.Select(name => $"\"{name}\": null"))} }}"));
    }

    /// <summary>The command line checks what it knows itself, and leaves the rest to its service.</summary>
    [OutsiderFact("vercel")]
    public void Properties_ThatVercelsOwnProgramChecks_AreInTheData()
    {
        var chunks = Path.Combine(OutsiderFactAttribute.Folder!, "node_modules", "vercel", "dist", "chunks");
        var schema = Directory.EnumerateFiles(chunks, "*.js").Select(file => Schema().Match(File.ReadAllText(file))).First(match => match.Success);
        var names = Name().Matches(schema.Groups[1].Value).Select(match => match.Groups[1].Value).ToList();

        Assert.Contains("cleanUrls", names);
        Assert.Empty(names.Except(VercelJson.Properties));
    }

    [GeneratedRegex(@"function buildVercelConfigSchema\(\)\{return\{type:""object"",additionalProperties:![01],properties:\{(.*?)\}\}\}function")]
    private static partial Regex Schema();

    // Of bunVersion:{type:"string"} only the name.
    [GeneratedRegex(@"(?:^|,)([A-Za-z0-9]+):")]
    private static partial Regex Name();
}
