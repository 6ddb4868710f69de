using RollbackTools.Tests.Hosting;

namespace RollbackTools.Tests.Isolation;

/// <summary>What is shipped, and what these tests look at.</summary>
public sealed class PackageTests
{
    [Fact]
    public void Bin_Shipped_HoldsNothingOfPowerShellsOwn()
    {
        string[] theirs = ["System.Management.Automation", "Microsoft.PowerShell", "Microsoft.Management", "Microsoft.WSMan", "PowerShellStandard", "powershell", "pwsh"];

        var shipped = Directory.EnumerateFiles(Checkout.Bin, "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file));

        Assert.DoesNotContain(shipped, name => theirs.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Bin_Shipped_HoldsOnlyOurTwoAssembliesOutsideDeps()
    {
        var outside = Directory.EnumerateFiles(Checkout.Bin, "*.dll").Select(file => Path.GetFileName(file)).Order();

        Assert.Equal(["RollbackOps.dll", "RollbackTools.dll"], outside);
        Assert.False(File.Exists(Path.Combine(Checkout.Dependencies, "RollbackOps.dll")));
    }

    [Fact]
    public void ModuleAssemblies_SeenByTheseTests_AreTheShippedOnes()
    {
        Assert.Equal(Path.Combine(Checkout.Bin, "RollbackTools.dll"), typeof(RollbackTools.Commands.InvokeRollbackCommand).Assembly.Location);
        Assert.Equal(Path.Combine(Checkout.Bin, "RollbackOps.dll"), typeof(RollbackOps.RollbackOpsException).Assembly.Location);
        Assert.Empty(Directory.EnumerateFiles(AppContext.BaseDirectory, "RollbackOps*.dll"));
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, "RollbackTools.dll")));
    }
}
