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

    [Theory]
    [InlineData("linux-x64", "libe_sqlite3.so")]
    [InlineData("linux-arm64", "libe_sqlite3.so")]
    [InlineData("linux-musl-x64", "libe_sqlite3.so")]
    [InlineData("osx-x64", "libe_sqlite3.dylib")]
    [InlineData("osx-arm64", "libe_sqlite3.dylib")]
    public void Bin_Shipped_HoldsTheNativeLibraryOfEachSystem(string system, string library) =>
        Assert.True(File.Exists(Path.Combine(Checkout.Dependencies, "runtimes", system, "native", library)));

    [Fact]
    public void ModuleAssemblies_SeenByTheseTests_AreTheShippedOnes()
    {
        Assert.Equal(Path.Combine(Checkout.Bin, "RollbackTools.dll"), typeof(RollbackTools.Commands.InvokeRollbackCommand).Assembly.Location);
        Assert.Equal(Path.Combine(Checkout.Bin, "RollbackOps.dll"), typeof(RollbackOps.RollbackOpsException).Assembly.Location);
        Assert.Empty(Directory.EnumerateFiles(AppContext.BaseDirectory, "RollbackOps*.dll"));
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, "RollbackTools.dll")));
    }
}
