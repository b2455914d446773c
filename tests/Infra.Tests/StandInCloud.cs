using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>
/// Programs by the names of <c>azd</c> and <c>az</c>, which keep in files what Azure would know and answer as the real ones do:
/// azd, too, says on its standard output that it knows no such value.
/// </summary>
internal sealed class StandInCloud : IDisposable
{
    public const string Application = "00000000-0000-0000-0000-0000000000a1";

    private const string Vault = "/subscriptions/s/resourceGroups/rg-tests/providers/Microsoft.KeyVault/vaults/kv-tests";

    private const string Azd = """
        #!/usr/bin/env bash
        # azd env get-value NAME, azd env set NAME VALUE
        set -eu
        file=$CLOUD/values/$3
        echo "azd $2 $3" >>"$CLOUD/calls"
        case $2 in
          get-value) if [ -f "$file" ]; then cat "$file"; else echo "ERROR: key '$3' not found in the environment values"; exit 1; fi ;;
          set) printf %s "$4" >"$file" ;;
        esac
        """;

    private const string Az = """
        #!/usr/bin/env bash
        set -eu
        echo "az $*" >>"$CLOUD/calls"
        if [ -f "$CLOUD/fails" ] && [[ "$*" == "$(cat "$CLOUD/fails")"* ]]; then echo "ERROR: something else" >&2; exit 1; fi
        case "$*" in
          "ad app list"*) cat "$CLOUD/application" 2>/dev/null || true ;;
          "ad app create"*) echo "$NEW_APPLICATION" | tee "$CLOUD/application" ;;
          "ad app show"*) echo its-object ;;
          "ad sp show"*) [ -f "$CLOUD/place" ] || { echo "ERROR: not there" >&2; exit 3; } ;;
          "ad sp create"*) touch "$CLOUD/place" ;;
          "group exists"*) if [ -f "$CLOUD/resources" ]; then echo true; else echo false; fi ;;
          "resource list"*) cat "$CLOUD/resources" ;;
          "rest --method GET"*) cat "$CLOUD/secrets" ;;
          "rest --method PATCH"*) ;;
          *) echo "ERROR: az $* is not known here" >&2; exit 2 ;;
        esac
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("cloud-").FullName;

    public StandInCloud()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "values"));
        Program("azd", Azd);
        Program("az", Az);
    }

    /// <summary>Everything that was asked, a line each.</summary>
    public string Calls => Read("calls");

    /// <summary>A value of the environment, as azd keeps it; empty where it keeps none.</summary>
    public string this[string name]
    {
        get => Read(Path.Combine("values", name));
        set => Write(Path.Combine("values", name), value);
    }

    /// <summary>The resource group is there, and in it these.</summary>
    public void HasRelayAndVault(params string[] secrets)
    {
        Write("resources", $"Microsoft.App/containerApps\t/subscriptions/s/relay\nMicrosoft.KeyVault/vaults\t{Vault}\n");
        Write("secrets", string.Concat(secrets.Select(secret => secret + "\n")));
    }

    /// <summary>The resource group is there, and nothing in it.</summary>
    public void HasGroup() => Write("resources", "");

    /// <summary>There is an application in Microsoft Entra already.</summary>
    public void HasApplication(string id) => Write("application", id);

    /// <summary>From now on these calls of the Azure CLI fail, as they do when it is not signed in.</summary>
    public void Fail(string call) => Write("fails", call);

    /// <summary>Runs one of the hooks, and gives its exit code and what it printed.</summary>
    public async Task<(int Code, IReadOnlyList<string> Output)> RunAsync(string hook, params string[] arguments)
    {
        var environment = new Dictionary<string, string?>
        {
            ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
            ["CLOUD"] = _folder,
            ["NEW_APPLICATION"] = Application,
            ["AZURE_ENV_NAME"] = null,
            ["AZURE_SUBSCRIPTION_ID"] = null,
        };
        await using var bash = ChildProcess.Start("bash", [$"infra/hooks/{hook}", .. arguments], environment);
        return (await bash.ExitAsync(), bash.Output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Program(string name, string text)
    {
        Write(name, text);
        File.SetUnixFileMode(Path.Combine(_folder, name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private string Read(string name) => Path.Combine(_folder, name) is var path && File.Exists(path) ? File.ReadAllText(path) : "";
}
