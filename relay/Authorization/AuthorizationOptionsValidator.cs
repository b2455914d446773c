using Microsoft.Extensions.Options;

namespace Serverless.Relay.Authorization;

/// <summary>Says of every wrong setting its name, what it is and what it needs.</summary>
internal sealed class AuthorizationOptionsValidator : IValidateOptions<AuthorizationOptions>
{
    private const int MostEntries = 10_000_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, AuthorizationOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.MaxCache < TimeSpan.Zero || options.MaxCache > Longest)
        {
            result.AddError($"Relay:Authorization:MaxCache is {options.MaxCache}: it needs 0 to {Longest}.");
        }

        if (options.MaxEntries is < 1 or > MostEntries)
        {
            result.AddError($"Relay:Authorization:MaxEntries is {options.MaxEntries}: it needs 1 to {MostEntries}.");
        }

        Check(nameof(options.ClockSkew), options.ClockSkew, TimeSpan.Zero, Longest);
        Check(nameof(options.IssuerTimeout), options.IssuerTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        Check(nameof(options.IssuerRefresh), options.IssuerRefresh, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Check(nameof(options.IssuerPause), options.IssuerPause, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10));
        return result.Build();

        void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                result.AddError($"Relay:Authorization:{setting} is {value}: it needs {least} to {most}.");
            }
        }
    }
}
